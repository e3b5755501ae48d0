import {
  endReservation,
  findReservation,
  type ReservationRow,
  setReservationSession,
} from '../db/queries/reservations.ts'
import type { Stripe } from '../stripe/client.ts'
import { stripeFailure } from '../stripe/errors.ts'
import { idempotencyKey } from '../stripe/idempotency.ts'
import { closeReservedSession } from './close-reserved-session.ts'
import type { ActionContext } from './context.ts'
import type { EnsuredCustomer } from './ensure-customer.ts'
import { forgetDeletedCustomer } from './forget-deleted-customer.ts'
import { type Checkout, checkoutOf } from './started-checkout.ts'

/**
 * Asks Stripe for the session of an open reservation, with the parameters that it was made with and under its key: however often
 * and by whomever this is done, there is one session. Null when another look at the state is needed. When Stripe cannot be
 * reached the reservation stays open without a session, and the next request asks again.
 */
export async function openReservedSession(
  context: ActionContext,
  customer: EnsuredCustomer,
  reservation: ReservationRow,
): Promise<Checkout | null> {
  const { db, stripe, clock, installationId } = context
  // Written by this program from this very type (start-subscription-checkout).
  const parameters = reservation.session_parameters as Stripe.Checkout.SessionCreateParams
  const key = idempotencyKey(installationId, 'subscription-checkout', reservation.id)
  let checkout: Checkout
  try {
    checkout = checkoutOf(await stripe.checkout.sessions.create(parameters, { idempotencyKey: key }))
  } catch (error) {
    const failure = stripeFailure(error)
    if (failure !== 'refused' && failure !== 'absent') throw error
    await endReservation(db.query, reservation.id, 'released', clock.now())
    if (failure === 'absent' && (await forgetDeletedCustomer(context, customer))) return null
    throw error
  }
  const session = { id: checkout.sessionId, url: checkout.url }
  if (await setReservationSession(db.query, reservation.id, session, clock.now())) return checkout
  return await afterLostRace(context, reservation, checkout)
}

/**
 * Somebody was faster. A twin with the same answer is fine. A reservation that was given up meanwhile is not: its session must not
 * stay payable, and its address is not handed out.
 */
async function afterLostRace(
  context: ActionContext,
  reservation: ReservationRow,
  checkout: Checkout,
): Promise<Checkout | null> {
  const now = await findReservation(context.db.query, reservation.id)
  if (now?.status === 'open' && now.stripe_session_id === checkout.sessionId) return checkout
  await closeReservedSession(context, reservation, checkout.sessionId)
  return null
}
