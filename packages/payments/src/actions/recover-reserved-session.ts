import {
  endReservation,
  findReservation,
  type ReservationRow,
  setReservationSession,
} from '../db/queries/reservations.ts'
import type { Stripe } from '../stripe/client.ts'
import { stripeFailure } from '../stripe/errors.ts'
import type { ActionContext } from './context.ts'
import type { EnsuredCustomer } from './ensure-customer.ts'
import { openReservedSession } from './open-reserved-session.ts'
import { poll } from './poll.ts'
import { refuseSecondSubscriptionAtStripe } from './refuse-second-subscription.ts'

/** Longer than any attempt takes: three tries of 20 seconds with their pauses. */
const ABANDONED_AFTER_MS = 90_000

/**
 * Finds out what became of an open reservation without a session: its request is under way, or died before it wrote Stripe's
 * answer. Afterwards the row has its session or is not open any more.
 *
 *   young   wait for the request; then ask Stripe the same under the same key, which finds the first answer
 *   old     the key may be forgotten, or remember an error: look for a session that carries the reservation's id. Sessions are
 *           listed without delay, so none means that there is none, and the reservation is released
 */
export async function recoverReservedSession(
  context: ActionContext,
  customer: EnsuredCustomer,
  reservation: ReservationRow,
): Promise<void> {
  const { db, clock } = context
  if (clock.now().getTime() - reservation.created_at.getTime() > ABANDONED_AFTER_MS) {
    const session = await findSession(context, reservation)
    if (session) {
      // Its address is asked for again before it is given to anybody, so an ended session may go without.
      const found = { id: session.id, url: session.url ?? '' }
      await setReservationSession(db.query, reservation.id, found, clock.now())
    } else {
      await endReservation(db.query, reservation.id, 'released', clock.now())
    }
    return
  }
  const settled = await poll(clock, async () => {
    const row = await findReservation(db.query, reservation.id)
    return row?.status === 'open' && row.stripe_session_id === null ? null : true
  })
  if (settled) return
  // Whether the request that died had looked before is not known.
  if (!customer.isNew) await refuseSecondSubscriptionAtStripe(context, customer.stripeCustomerId)
  try {
    await openReservedSession(context, customer, reservation)
  } catch (error) {
    // The session of that request, which may be for another plan. The reservation is released: this request makes its own.
    if (stripeFailure(error) !== 'refused' && stripeFailure(error) !== 'absent') throw error
  }
}

async function findSession(
  context: ActionContext,
  reservation: ReservationRow,
): Promise<Stripe.Checkout.Session | null> {
  const { customer } = reservation.session_parameters as Stripe.Checkout.SessionCreateParams
  if (customer === undefined) throw new Error(`Reservation ${reservation.id} names no customer`)
  for await (const session of context.stripe.checkout.sessions.list({ customer, limit: 100 })) {
    if (session.metadata?.billhook_reservation === reservation.id) return session
    // Newest first: what is older than the reservation is not its session. A minute for clocks that differ.
    if (session.created * 1000 < reservation.created_at.getTime() - 60_000) return null
  }
  return null
}
