import type { Tx } from '../db/connect.ts'
import {
  findCheckoutSession,
  findCheckoutSessionFacts,
  type NewCheckoutSessionRow,
} from '../db/queries/checkout-sessions.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import { settleReservation } from '../db/queries/reservations.ts'
import { together } from '../db/transaction.ts'
import type { CheckoutLineItem } from '../domain/checkout-line-item.ts'
import type { Doorbell, DoorbellResource } from '../domain/doorbell.ts'
import { checkoutSessionTransitions } from '../domain/payment-transitions.ts'
import type { Transition } from '../domain/transitions.ts'
import type { Stripe } from '../stripe/client.ts'
import { fromUnix, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, WriteScope } from './fetched.ts'
import { orVanished } from './vanished.ts'

/** Delayed methods (a bank debit, a voucher) are paid so long after the session at the latest. */
const DELAYED_SECONDS = 30 * 24 * 60 * 60

/**
 * One Checkout session. What a complete one brought about (subscription, invoice, payment) is fetched along and written in the
 * same transaction as the end of its reservation: at no moment does neither block a second subscription (I6).
 */
export async function fetchCheckoutSession(context: SyncContext, id: string): Promise<Fetched> {
  return await orVanished(findCheckoutSession, id, async () => {
    const session = await context.stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] })
    const lineItems = await listLineItems(context, session)
    return {
      stripeCustomerId: idOf(session.customer),
      happenedBy: session.created + DELAYED_SECONDS,
      related: session.status === 'complete' ? relatedTo(session) : [],
      write: (tx, scope) => writeCheckoutSession(tx, session, lineItems, scope),
    }
  })
}

export async function listLineItems(
  context: SyncContext,
  session: Stripe.Checkout.Session,
): Promise<readonly Stripe.LineItem[]> {
  if (!session.line_items?.has_more) return session.line_items?.data ?? []
  return await context.stripe.checkout.sessions
    .listLineItems(session.id, { limit: 100 })
    .autoPagingToArray({ limit: 200 })
}

/** In subscription mode the payment is found through the invoice; `payment_intent` is null there. */
function relatedTo(session: Stripe.Checkout.Session): Doorbell[] {
  const found: [DoorbellResource, string | null][] = [
    ['subscription', idOf(session.subscription)],
    ['invoice', idOf(session.invoice)],
    ['payment', idOf(session.payment_intent)],
  ]
  return found.flatMap(([resource, id]) => (id === null ? [] : [{ resource, id }]))
}

async function writeCheckoutSession(
  tx: Tx,
  session: Stripe.Checkout.Session,
  lineItems: readonly Stripe.LineItem[],
  scope: WriteScope,
): Promise<Transition[]> {
  const row = adaptCheckoutSession(session, lineItems, scope)
  const [before] = await together(tx, [
    findCheckoutSessionFacts(tx, row.id),
    upsertRow(tx, 'checkout_sessions', row),
  ])
  if (session.status === 'complete' || session.status === 'expired') {
    const reservationId = session.metadata?.billhook_reservation ?? null
    const status = session.status === 'complete' ? 'completed' : 'expired'
    await settleReservation(tx, { ownerId: scope.ownerId, id: session.id, reservationId }, status, scope.now)
  }
  return checkoutSessionTransitions(before, { ...row, line_items: lineItems.map(adaptLineItem) })
}

export function adaptCheckoutSession(
  session: Stripe.Checkout.Session,
  lineItems: readonly Stripe.LineItem[],
  scope: WriteScope,
): NewCheckoutSessionRow {
  return {
    id: session.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    mode: session.mode,
    status: session.status ?? 'open',
    payment_status: session.payment_status,
    subscription_id: idOf(session.subscription),
    payment_id: idOf(session.payment_intent),
    invoice_id: idOf(session.invoice),
    currency: session.currency ?? null,
    amount_total_minor: session.amount_total ?? null,
    line_items: JSON.stringify(lineItems.map(adaptLineItem)),
    stripe_created_at: fromUnix(session.created),
    raw: rawJson(session),
    synced_at: scope.now,
  }
}

function adaptLineItem(item: Stripe.LineItem): CheckoutLineItem {
  return {
    price_id: item.price?.id ?? null,
    product_id: idOf(item.price?.product),
    description: item.description ?? null,
    quantity: item.quantity ?? null,
    amount_total_minor: item.amount_total,
    currency: item.currency,
  }
}
