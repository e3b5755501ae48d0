import type { Tx } from '../db/connect.ts'
import { findInvoiceOfPayment } from '../db/queries/invoices.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import { findPayment, findPaymentFacts, type NewPaymentRow } from '../db/queries/payments.ts'
import { together } from '../db/transaction.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import { type PaymentAttempt, paymentTransitions } from '../domain/payment-transitions.ts'
import { lasts, type Transition } from '../domain/transitions.ts'
import type { Stripe } from '../stripe/client.ts'
import { expanded, fromUnix, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, WriteScope } from './fetched.ts'
import { orVanished } from './vanished.ts'

/** One payment: a PaymentIntent with what its latest charge says of refunds, disputes and the receipt. */
export async function fetchPayment(context: SyncContext, id: string): Promise<Fetched> {
  return await orVanished(findPayment, id, async () => {
    const intent = await context.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })
    return await fetchedPayment(context, intent)
  })
}

/** The same from an answer that has the whole PaymentIntent in it, with its latest charge expanded. */
export async function fetchedPayment(context: SyncContext, intent: Stripe.PaymentIntent): Promise<Fetched> {
  const charge = expanded<Stripe.Charge>(intent.latest_charge)
  const failedAt = failedSince(intent, charge)
  return {
    stripeCustomerId: idOf(intent.customer),
    ...(failedAt !== null && { happenedBy: failedAt }),
    related: charge?.disputed ? await disputesOf(context, intent.id) : [],
    write: (tx, scope) => writePayment(tx, adaptPayment(intent, charge, scope), attemptOf(intent, charge)),
  }
}

/** When its last attempt failed; null when none did, or when nobody says when (the bank refused before there was a charge). */
function failedSince(intent: Stripe.PaymentIntent, charge: Stripe.Charge | null): number | null {
  const isOfCharge = charge !== null && attemptOf(intent, charge).refusedMethodId === null
  return isOfCharge && intent.status === 'requires_payment_method' ? charge.created : null
}

/** A disputed payment brings its disputes, so that an endpoint that leaves out their events does no harm. */
async function disputesOf({ stripe }: SyncContext, payment: string): Promise<Doorbell[]> {
  const disputes = await stripe.disputes.list({ payment_intent: payment, limit: 100 })
  return disputes.data.map(({ id }) => ({ resource: 'dispute', id }))
}

export function adaptPayment(
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge | null,
  scope: WriteScope,
): NewPaymentRow {
  return {
    id: intent.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    status: intent.status,
    currency: intent.currency,
    amount_minor: intent.amount,
    amount_received_minor: intent.amount_received,
    amount_refunded_minor: charge?.amount_refunded ?? 0,
    is_disputed: charge?.disputed ?? false,
    description: intent.description ?? null,
    receipt_url: charge?.receipt_url ?? null,
    failure_code: failureOf(intent, charge),
    stripe_created_at: fromUnix(intent.created),
    raw: rawJson(intent),
    synced_at: scope.now,
  }
}

/**
 * That it failed or waits for the buyer is found by every sync for as long as it is so. Of an attempt from before `since` (Unix seconds; null: of any)
 * that is no news. Whether there is an invoice, which may not be listed yet, makes no other fact of it.
 */
export function lastingOfPayment(
  intent: Stripe.PaymentIntent,
  scope: WriteScope,
  since: number | null,
): readonly Transition[] {
  const charge = expanded<Stripe.Charge>(intent.latest_charge)
  if (since !== null && charge !== null && charge.created >= since) return []
  const invoice = { id: '', subscription_id: null, hosted_invoice_url: null }
  const row = adaptPayment(intent, charge, scope)
  return paymentTransitions(null, row, attemptOf(intent, charge), invoice).filter(lasts)
}

/** The bank's reason where it gave one. Null again as soon as a later attempt succeeds. */
function failureOf(intent: Stripe.PaymentIntent, charge: Stripe.Charge | null): string | null {
  const error = intent.last_payment_error
  return error?.decline_code ?? error?.code ?? charge?.failure_code ?? null
}

/** An error that names its charge is of that charge; one without a charge (3D Secure) leaves that of the attempt before. */
function attemptOf(
  { last_payment_error: error, payment_method }: Stripe.PaymentIntent,
  charge: Stripe.Charge | null,
): PaymentAttempt {
  const isOfCharge = charge !== null && error?.charge === charge.id
  return {
    chargeId: charge?.id ?? null,
    refusedMethodId: isOfCharge ? null : (error?.payment_method?.id ?? null),
    methodId: idOf(payment_method),
  }
}

async function writePayment(tx: Tx, row: NewPaymentRow, attempt: PaymentAttempt): Promise<Transition[]> {
  // Invoices are written before payments; one that is not there yet brings its payment along when it comes.
  const [before, , invoice] = await together(tx, [
    findPaymentFacts(tx, row.id),
    upsertRow(tx, 'payments', row),
    findInvoiceOfPayment(tx, row.id),
  ])
  return paymentTransitions(before, row, attempt, invoice)
}
