import type { Stripe } from '../stripe/client.ts'
import { expanded } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, FetchedResource } from './fetched.ts'
import { fetchedInvoice, fetchInvoice } from './invoice.ts'
import { fetchedPayment } from './payment.ts'

/** Its payments bring the invoice and themselves; four levels are as deep as Stripe expands. */
const EXPAND = ['data.invoice', 'data.payment.payment_intent.latest_charge']
const MOST_PAYMENTS = 100

/**
 * One invoice with its payments in one call instead of two, asked for from the side of the payments. Without its subscription, for which there
 * is no level left: for syncs in which that has not rung, as when the draft of a renewal is charged. What no payment settles yet, or more than
 * one page of them, is asked for as usual.
 */
export async function fetchChargedInvoice(context: SyncContext, id: string): Promise<Fetched> {
  const { data, has_more } = await context.stripe.invoicePayments.list({
    ...{ invoice: id, limit: MOST_PAYMENTS, expand: EXPAND },
  })
  const invoice = expanded<Stripe.Invoice | Stripe.DeletedInvoice>(data[0]?.invoice)
  if (!invoice || invoice.deleted || has_more) return await fetchInvoice(context, id)
  const brought = await Promise.all(data.map((payment) => paymentOf(context, payment)))
  return { ...fetchedInvoice(invoice, data), related: [], brought: brought.flat() }
}

/** Payments that were made outside of Stripe have none. */
async function paymentOf(
  context: SyncContext,
  { payment }: Stripe.InvoicePayment,
): Promise<FetchedResource[]> {
  const intent = expanded<Stripe.PaymentIntent>(payment.payment_intent)
  if (!intent) return []
  return [{ ...(await fetchedPayment(context, intent)), doorbell: { resource: 'payment', id: intent.id } }]
}
