import { sql } from 'kysely'
import type { Executor, Tx } from '../connect.ts'
import { impossiblyLate } from './impossibly-late.ts'

/** The right to sync one group, held until `expiresAt` unless it is extended. `token` is the fence. */
export interface Lease {
  groupKey: string
  token: number
}

/** Somebody else has taken the lease since: what was fetched under it may be older than what they wrote. */
export class StaleLease extends Error {
  override readonly name = 'StaleLease'
}

/**
 * Takes the lease of a group that nobody holds, or whose holder let it expire; null when it is held. Every owner gets a token
 * greater than all before. Waits for a writing transaction of an expired holder (its fence check locks the row), so that
 * what is fetched under the new lease is never older than what that one wrote. A lease that would last far longer than any does is
 * from a clock that was wrong, and keeps nobody out.
 */
export async function acquireLease(
  executor: Executor,
  groupKey: string,
  now: Date,
  expiresAt: Date,
): Promise<Lease | null> {
  const row = await executor
    .insertInto('leases')
    .values({
      group_key: groupKey,
      token: sql<number>`nextval('billhook.lease_tokens')`,
      expires_at: expiresAt,
    })
    .onConflict((conflict) =>
      conflict
        .column('group_key')
        .doUpdateSet({ token: sql<number>`excluded.token`, expires_at: expiresAt })
        .where((eb) =>
          eb.or([
            eb('leases.expires_at', '<=', now),
            eb('leases.expires_at', '>', impossiblyLate(now, expiresAt)),
          ]),
        ),
    )
    .returning('token')
    .executeTakeFirst()
  return row ? { groupKey, token: row.token } : null
}

/** Whether anybody holds it: not by a clock that was wrong. */
export async function isLeased(executor: Executor, groupKey: string, now: Date): Promise<boolean> {
  const row = await executor
    .selectFrom('leases')
    .select('token')
    .where('group_key', '=', groupKey)
    .where('expires_at', '>', now)
    .where('expires_at', '<=', sql<Date>`${now}::timestamptz + interval '2 minutes'`)
    .executeTakeFirst()
  return row !== undefined
}

/** Holds it for longer. False when it was lost in the meantime. */
export async function extendLease(executor: Executor, lease: Lease, expiresAt: Date): Promise<boolean> {
  const { numUpdatedRows } = await executor
    .updateTable('leases')
    .set({ expires_at: expiresAt })
    .where('group_key', '=', lease.groupKey)
    .where('token', '=', lease.token)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Gives it back. A lease that was lost is left to its new owner. */
export async function releaseLease(executor: Executor, lease: Lease): Promise<void> {
  await executor
    .deleteFrom('leases')
    .where('group_key', '=', lease.groupKey)
    .where('token', '=', lease.token)
    .execute()
}

/**
 * Frees every group. Only for a process that knows itself alone on the database (laptop mode): whoever held a lease is dead, and
 * nobody has to wait until it expires. A holder that lives after all writes nothing more: its token is gone.
 */
export async function releaseAllLeases(executor: Executor): Promise<void> {
  await executor.deleteFrom('leases').execute()
}

/**
 * The fence (I5): the first statement of every transaction that writes the mirror. Locks the lease's row until the commit; throws
 * StaleLease when the token is not the newest any more. An expired lease that nobody else took still holds.
 */
export async function checkFence(tx: Tx, lease: Lease): Promise<void> {
  const row = await tx
    .selectFrom('leases')
    .select('token')
    .where('group_key', '=', lease.groupKey)
    .forUpdate()
    .executeTakeFirst()
  if (row?.token !== lease.token) throw new StaleLease(`The lease of ${lease.groupKey} was taken over`)
}
