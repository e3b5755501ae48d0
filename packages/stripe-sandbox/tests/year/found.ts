import type Stripe from 'stripe'
import type { Person, World } from './live-a-year.ts'

// What a person has, one of it by chance; nothing when there is nothing.

export async function oneSubscription(
  { stripe, random }: World,
  { id }: Person,
): Promise<Stripe.Subscription[]> {
  const { data } = await stripe.subscriptions.list({ customer: id, limit: 10 })
  return data.length === 0 ? [] : [random.pick(data)]
}

export async function oneInvoice(
  { stripe, random }: World,
  { id }: Person,
  status: Stripe.InvoiceListParams.Status,
): Promise<Stripe.Invoice[]> {
  const { data } = await stripe.invoices.list({ customer: id, status, limit: 10 })
  return data.length === 0 ? [] : [random.pick(data)]
}
