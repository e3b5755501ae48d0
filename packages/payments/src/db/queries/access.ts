import { sql } from 'kysely'
import type { PresentedAccess } from '../../domain/present-access.ts'
import type { Executor, Tx } from '../connect.ts'

/** What an owner was told last; `told` is null when nobody has looked yet. */
export interface ToldAccess {
  told: PresentedAccess | null
  version: number
  /** Nobody else sees the row before the commit. */
  isNew: boolean
}

/** The owner's row, made if need be, and locked until the commit. Before anything else that is told to the owner. */
export async function lockAccess(tx: Tx, ownerId: string): Promise<ToldAccess> {
  const locked = await selectLocked(tx, ownerId)
  if (locked) return { ...locked, isNew: false }
  await tx
    .insertInto('access')
    .values({ owner_id: ownerId, told: null, version: 0, look_again_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const made = await selectLocked(tx, ownerId)
  if (!made) throw new Error(`The access row of ${ownerId} is not there after it was made`)
  return { ...made, isNew: true }
}

async function selectLocked(tx: Tx, ownerId: string): Promise<Omit<ToldAccess, 'isNew'> | undefined> {
  return await tx
    .selectFrom('access')
    .select(['told', 'version'])
    .where('owner_id', '=', ownerId)
    .forUpdate()
    .executeTakeFirst()
}

/** What the owner is told from now on, and when to look without news. */
export async function storeAccess(
  tx: Tx,
  ownerId: string,
  { told, version, lookAgainAt }: { told: PresentedAccess; version: number; lookAgainAt: Date | null },
): Promise<void> {
  await tx
    .updateTable('access')
    .set({ told: JSON.stringify(told), version, look_again_at: lookAgainAt })
    .where('owner_id', '=', ownerId)
    .execute()
}

/** Owners for whom time alone may have changed something, those that wait longest first. */
export async function listOwnersToLookAt(executor: Executor, now: Date, limit: number): Promise<string[]> {
  const rows = await executor
    .selectFrom('access')
    .select('owner_id')
    .where('look_again_at', '<=', now)
    .orderBy('look_again_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.owner_id)
}

/**
 * Has these owners looked at without telling them what that finds: for rows that are merely new to the mirror. Before those rows are
 * written, as everybody who writes does.
 */
export async function askToLookAt(tx: Tx, ownerIds: readonly string[], at: Date): Promise<void> {
  // Sorted, so that two who ask for some of the same owners never wait for each other in a circle.
  const owners = [...new Set(ownerIds)].sort()
  await sql`
    insert into billhook.access (owner_id, version, look_again_at)
    select owner_id, 0, ${at} from unnest(${owners}::text[]) as o (owner_id)
    on conflict (owner_id) do update set told = null, look_again_at = ${at}`.execute(tx)
}
