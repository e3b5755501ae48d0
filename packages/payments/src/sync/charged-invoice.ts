import { findSubscriptionFacts } from '../db/queries/subscriptions.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import type { Stripe } from '../stripe/client.ts'
import { expanded } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, FetchedResource } from './fetched.ts'
import { fetchedInvoice, fetchInvoice, subscriptionOf, withItsLines } from './invoice.ts'
import { fetchedPayment } from './payment.ts'

/** Its payments bring the invoice and themselves; four levels are as deep as Stripe expands. */
const EXPAND = ['data.invoice', 'data.payment.payment_intent.latest_charge']
const MOST_PAYMENTS = 100

/**
 * One invoice with its payments in one call instead of two, asked for from the side of the payments. Without its subscription, for which there
 * is no level left: for syncs in which that has not rung, as when the draft of a renewal is charged; it is asked for where it may have changed all
 * the same. What no payment settles yet, or more than one page of them, is asked for as usual.
 */
export async function fetchChargedInvoice(context: SyncContext, id: string): Promise<Fetched> {
  const { data, has_more } = await context.stripe.invoicePayments.list({
    ...{ invoice: id, limit: MOST_PAYMENTS, expand: EXPAND },
  })
  const invoice = expanded<Stripe.Invoice | Stripe.DeletedInvoice>(data[0]?.invoice)
  if (!invoice || invoice.deleted || has_more) return await fetchInvoice(context, id)
  const brought = await Promise.all(data.map((payment) => paymentOf(context, payment)))
  const related = await subscriptionToAskFor(context, invoice)
  return { ...fetchedInvoice(await withItsLines(context, invoice), data), related, brought: brought.flat() }
}

/**
 * That it is active with this as its latest invoice is all that a paid one says of its subscription. Where the mirror says something else (it was
 * past due, or a trial), or the invoice is not paid, events of the subscription may be late, or not be subscribed to.
 */
async function subscriptionToAskFor({ db }: SyncContext, invoice: Stripe.Invoice): Promise<Doorbell[]> {
  const id = subscriptionOf(invoice)
  if (id === null) return []
  const known = await findSubscriptionFacts(db.query, id)
  const isAllSaid =
    invoice.status === 'paid' && known?.status === 'active' && known.latest_invoice_id === invoice.id
  return isAllSaid ? [] : [{ resource: 'subscription', id }]
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
