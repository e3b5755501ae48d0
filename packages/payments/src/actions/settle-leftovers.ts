import { findCustomerOfOwner, listUnlinkedCustomers } from '../db/queries/customers.ts'
import { findReservation, listOverdueReservations, type ReservationRow } from '../db/queries/reservations.ts'
import { addSuspects } from '../db/queries/suspects.ts'
import type { ActionContext } from './context.ts'
import { eachByItself } from './each-by-itself.ts'
import { findAtStripe } from './ensure-customer.ts'
import { recoverReservedSession } from './recover-reserved-session.ts'

/** Time for the event that says it, before anybody asks. */
const GRACE_MS = 10 * 60_000
/** Who has not come back by then makes another attempt when they do, and that one looks first. */
const WORTH_A_LOOK_MS = 7 * 24 * 60 * 60_000
const AT_A_TIME = 100

/**
 * What a process that died, or an event that never came, leaves behind beside the mirror:
 *
 *   reservations   still open although their session has ended: the session becomes a suspect, and its sync settles both. One
 *                  without a session is looked for at Stripe, and released when there is none
 *   customers      rows without a Stripe customer: the one that was made for them is found by its metadata
 *
 * One that fails is said in the log, and waits for the next run like all others.
 */
export async function settleLeftovers(context: ActionContext, signal: AbortSignal): Promise<void> {
  const { db, clock, log } = context
  const now = clock.now().getTime()
  const overdue = await listOverdueReservations(db.query, new Date(now - GRACE_MS), AT_A_TIME)
  const updated = { after: new Date(now - WORTH_A_LOOK_MS), before: new Date(now - GRACE_MS) }
  const unlinked = await listUnlinkedCustomers(db.query, updated, AT_A_TIME)
  const work = [
    ...overdue.map((reservation) => ({
      which: { reservation: reservation.id },
      settle: () => settleReservation(context, reservation),
    })),
    ...unlinked.map((row) => ({
      which: { customerRow: row.id, ownerId: row.owner_id },
      settle: () => findAtStripe(context, row),
    })),
  ]
  await eachByItself(
    work,
    signal,
    async ({ settle }) => await settle(),
    ({ which }, error) => log.warn({ ...which, err: error }, 'Left over, and could not be settled this time'),
  )
}

async function settleReservation(context: ActionContext, reservation: ReservationRow): Promise<void> {
  const { db, clock } = context
  const customer = await findCustomerOfOwner(db.query, reservation.owner_id)
  if (!customer?.stripe_customer_id) return
  const { id: rowId, stripe_customer_id: stripeCustomerId } = customer
  if (reservation.stripe_session_id === null) {
    await recoverReservedSession(context, { rowId, stripeCustomerId, isNew: false }, reservation)
  }
  const settled = await findReservation(db.query, reservation.id)
  if (settled?.status !== 'open' || settled.stripe_session_id === null) return
  const suspect = { resource: 'checkout_session' as const, id: settled.stripe_session_id, stripeCustomerId }
  await addSuspects(db.query, [suspect], clock.now())
}
