import type Stripe from 'stripe'
import type { Context } from '../context.ts'

/** What an invoice shows of its customer: as it is while the invoice is a draft, as it was from then on. */
export function customerOnInvoice({ store }: Context, customer: Stripe.Customer): Partial<Stripe.Invoice> {
  const taxIds = [...store.where('tax_id', 'owner', customer.id)].reverse()
  return {
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: taxIds.map(({ type, value }) => ({ type, value })),
  }
}
