import { endReservation, type ReservationRow } from '../db/queries/reservations.ts'
import { stripeFailure } from '../stripe/errors.ts'
import type { ActionContext } from './context.ts'
import { reuseReservedSession } from './reuse-reserved-session.ts'

/**
 * Makes a reservation's session unpayable, then ends the reservation. Stripe expires open sessions only; when it refuses, the
 * session is looked at: if it was paid, the mirror knows afterwards.
 */
export async function closeReservedSession(
  context: ActionContext,
  reservation: ReservationRow,
  sessionId: string,
): Promise<void> {
  try {
    await context.stripe.checkout.sessions.expire(sessionId)
  } catch (error) {
    const failure = stripeFailure(error)
    if (failure !== 'refused' && failure !== 'absent') throw error
    await reuseReservedSession(context, reservation, sessionId)
    return
  }
  await endReservation(context.db.query, reservation.id, 'expired', context.clock.now())
}
