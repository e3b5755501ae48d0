import type Stripe from 'stripe'
import { withCustomer } from './drafts.ts'

/** An invoice over $100.00, open or paid. */
export async function withInvoice({ isPaid = false, balance = 0 } = {}) {
  const shop = await withCustomer()
  const { stripe, customer } = shop
  if (balance !== 0) await stripe.customers.update(customer, { balance })
  const { id } = await shop.draft(10_000)
  const open = await stripe.invoices.finalizeInvoice(id)
  if (isPaid) await stripe.invoices.pay(id)
  await shop.newEvents()
  return {
    ...shop,
    id,
    open,
    credit: (parameters: Omit<Stripe.CreditNoteCreateParams, 'invoice'>) =>
      stripe.creditNotes.create({ invoice: id, ...parameters }),
    now: () => stripe.invoices.retrieve(id, { expand: ['payments.data.payment.payment_intent'] }),
    balance: async () => ((await stripe.customers.retrieve(customer)) as Stripe.Customer).balance,
  }
}
