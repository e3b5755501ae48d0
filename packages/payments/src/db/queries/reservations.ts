import { type Insertable, type Selectable, sql } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type ReservationRow = Selectable<Tables['reservations']>

export type NewReservation = Pick<
  Insertable<Tables['reservations']>,
  'id' | 'owner_id' | 'price_id' | 'fingerprint' | 'session_parameters' | 'expires_at'
>

/** The new reservation, or null when the owner has an open one already: the partial unique index decides, across replicas. */
export async function insertReservation(
  executor: Executor,
  reservation: NewReservation,
  now: Date,
): Promise<ReservationRow | null> {
  const row = await executor
    .insertInto('reservations')
    .values({
      ...reservation,
      status: 'open',
      stripe_session_id: null,
      checkout_url: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('owner_id').where('status', '=', 'open').doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

export async function findOpenReservation(
  executor: Executor,
  ownerId: string,
): Promise<ReservationRow | null> {
  const row = await executor
    .selectFrom('reservations')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('status', '=', 'open')
    .executeTakeFirst()
  return row ?? null
}

/** Writes what Stripe answered. False when the row is not open any more or has its session already. */
export async function setReservationSession(
  executor: Executor,
  id: string,
  session: { id: string; url: string },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await executor
    .updateTable('reservations')
    .set({ stripe_session_id: session.id, checkout_url: session.url, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .where('stripe_session_id', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Ends an open reservation. `expired` needs Stripe's word that its session cannot be paid any more; `released` that it never came to
 * have one. False when it was not open any more. (`completed` is written by the sync that writes the subscription.)
 */
export async function endReservation(
  executor: Executor,
  id: string,
  status: 'expired' | 'released',
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await executor
    .updateTable('reservations')
    .set({ status, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Open ones whose session cannot be payable any more, whatever became of it: nobody has told us. */
export async function listOverdueReservations(
  executor: Executor,
  expiredBefore: Date,
  limit: number,
): Promise<ReservationRow[]> {
  return await executor
    .selectFrom('reservations')
    .selectAll()
    .where('status', '=', 'open')
    .where('expires_at', '<', expiredBefore)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
}

export async function findReservation(executor: Executor, id: string): Promise<ReservationRow | null> {
  const row = await executor.selectFrom('reservations').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/**
 * What Stripe says of a session ends the reservation that it was made for: by its session id, or by the reservation's id in the
 * session's metadata when the process died before it wrote the session down. `completed` is written in the transaction that
 * writes the subscription, so that at no moment neither of the two blocks a second one.
 */
export async function settleReservation(
  tx: Executor,
  session: { ownerId: string; id: string; reservationId: string | null },
  status: 'completed' | 'expired',
  now: Date,
): Promise<void> {
  await tx
    .updateTable('reservations')
    .set({ status, stripe_session_id: session.id, updated_at: now })
    .where('owner_id', '=', session.ownerId)
    // Written out, because the index is one of open ones only, and a plan for all values cannot know that this is one.
    .where('status', '=', sql.lit('open'))
    .where((eb) =>
      eb.or([
        eb('stripe_session_id', '=', session.id),
        eb.and([
          eb('stripe_session_id', 'is', null),
          // As text: metadata can hold anything, and what is no uuid is no error.
          eb(eb.cast<string>('id', 'text'), '=', session.reservationId ?? ''),
        ]),
      ]),
    )
    .execute()
}
