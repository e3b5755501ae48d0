import { randomUUID } from 'node:crypto'
import {
  endReservation,
  findOpenReservation,
  insertReservation,
  type NewReservation,
  type ReservationRow,
} from '../db/queries/reservations.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { closeReservedSession } from './close-reserved-session.ts'
import type { ActionContext } from './context.ts'
import { type EnsuredCustomer, ensureCustomer } from './ensure-customer.ts'
import { openReservedSession } from './open-reserved-session.ts'
import { recoverReservedSession } from './recover-reserved-session.ts'
import { refuseSecondSubscription, refuseSecondSubscriptionAtStripe } from './refuse-second-subscription.ts'
import { requireOfferedPrice } from './require-offered-price.ts'
import { reuseReservedSession } from './reuse-reserved-session.ts'
import {
  type ReturnPaths,
  type ReturnUrls,
  returnUrls,
  sessionExpiry,
  subscriptionSession,
} from './session-parameters.ts'
import type { Checkout } from './started-checkout.ts'

/*
 * At most one payable subscription checkout per owner (I6). The reservation is a row that at most one request can hold open;
 * around it, every request goes in rounds until it has an address or a refusal:
 *
 *   nothing open        insert the reservation; THEN look for live subscriptions, in the mirror and at Stripe; then create the
 *                       session from the row, under a key derived from the row. Looking first would leave a gap: a checkout
 *                       that completes between the look and the insert. It ends its own reservation in the transaction
 *                       that writes its subscription, so behind the insert one of the two is always seen.
 *   open, the same      Stripe is asked whether the session can still be paid: the same address
 *   open, another       the session is expired at Stripe first; when it turns out to be paid, that is the answer
 *   open, no session    a twin is asking Stripe, or died doing so: wait for it, then ask with its parameters and its key
 *
 * Only Stripe's word ends a reservation that has a session. A round that changed nothing but the state of the row is followed by
 * another one; their number is bounded, so that a storm of requests for different prices ends in "try again".
 */
const ROUNDS = 8

export interface SubscriptionCheckout extends ReturnPaths {
  priceId: string
}

/**
 * A checkout for one plan. The same request while its checkout is open gives the same address.
 * @throws DomainError unknown_price, price_not_recurring, already_subscribed, invalid_return_path, request_in_progress; Stripe's errors
 */
export async function startSubscriptionCheckout(
  context: ActionContext,
  principal: Principal,
  request: SubscriptionCheckout,
): Promise<Checkout> {
  const price = await requireOfferedPrice(context.db, request.priceId, 'recurring')
  const urls = returnUrls(context.frontendUrl, request)
  for (let round = 0; round < ROUNDS; round++) {
    await refuseSecondSubscription(context, principal.ownerId)
    const customer = await ensureCustomer(context, principal)
    const wanted = newReservation(context, { principal, customer, priceId: price.id, urls })
    const checkout = await goOneRound(context, customer, wanted)
    if (checkout) return checkout
  }
  throw new DomainError('request_in_progress', { retryAfterSeconds: 2 })
}

/** The address, or null when the state has changed and is worth another look. */
async function goOneRound(
  context: ActionContext,
  customer: EnsuredCustomer,
  wanted: NewReservation,
): Promise<Checkout | null> {
  const { db, clock } = context
  const mine = await insertReservation(db.query, wanted, clock.now())
  if (mine) return await openMine(context, customer, mine)

  const open = await findOpenReservation(db.query, wanted.owner_id)
  if (open === null) return null
  if (open.stripe_session_id === null) {
    await recoverReservedSession(context, customer, open)
    return null
  }
  if (open.fingerprint === wanted.fingerprint) {
    return await reuseReservedSession(context, open, open.stripe_session_id)
  }
  await closeReservedSession(context, open, open.stripe_session_id)
  return null
}

async function openMine(
  context: ActionContext,
  customer: EnsuredCustomer,
  reservation: ReservationRow,
): Promise<Checkout | null> {
  try {
    await refuseSecondSubscription(context, reservation.owner_id)
    if (!customer.isNew) await refuseSecondSubscriptionAtStripe(context, customer.stripeCustomerId)
  } catch (error) {
    // Stripe has not been asked for a session: there is none.
    await endReservation(context.db.query, reservation.id, 'released', context.clock.now())
    throw error
  }
  return await openReservedSession(context, customer, reservation)
}

function newReservation(
  context: ActionContext,
  request: { principal: Principal; customer: EnsuredCustomer; priceId: string; urls: ReturnUrls },
): NewReservation {
  const { principal, customer, priceId, urls } = request
  const id = randomUUID()
  const expiresAt = sessionExpiry(context.clock.now())
  const parameters = subscriptionSession({
    principal,
    stripeCustomerId: customer.stripeCustomerId,
    priceId,
    urls,
    expiresAt,
    metadata: {
      billhook_owner_id: principal.ownerId,
      billhook_installation: context.installationId,
      billhook_reservation: id,
    },
  })
  return {
    id,
    owner_id: principal.ownerId,
    price_id: priceId,
    fingerprint: JSON.stringify([priceId, urls.success_url, urls.cancel_url]),
    session_parameters: JSON.stringify(parameters),
    expires_at: expiresAt,
  }
}
