import { endReservation, type ReservationRow } from '../db/queries/reservations.ts'
import { DomainError } from '../domain/errors.ts'
import type { Stripe } from '../stripe/client.ts'
import { isAbsent } from '../stripe/errors.ts'
import { syncCheckoutSession } from '../sync/sync-now.ts'
import type { ActionContext } from './context.ts'
import { type Checkout, checkoutOf } from './started-checkout.ts'

/**
 * The address of a reservation's session when Stripe says that it can still be paid; null when it cannot, after the row and the
 * mirror say so too.
 */
export async function reuseReservedSession(
  context: ActionContext,
  reservation: ReservationRow,
  sessionId: string,
): Promise<Checkout | null> {
  const session = await retrieve(context, sessionId)
  switch (session?.status) {
    case 'open':
      return checkoutOf(session)
    case 'complete':
      // Paid in another tab: this writes the subscription and completes the reservation, whether or not the webhook has come.
      await syncCheckoutSession(context, { ownerId: reservation.owner_id, sessionId })
      return null
    case 'expired':
    case undefined:
      await endReservation(context.db.query, reservation.id, 'expired', context.clock.now())
      return null
    default:
      // A state that we do not know may be payable: neither hand it out nor open another one beside it.
      throw new DomainError('stripe_unavailable', { retryAfterSeconds: 60 })
  }
}

/** Undefined when Stripe does not know the session. */
async function retrieve(
  context: ActionContext,
  sessionId: string,
): Promise<Stripe.Checkout.Session | undefined> {
  try {
    return await context.stripe.checkout.sessions.retrieve(sessionId)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}
