import { sql } from 'kysely'
import type { PresentedAccess } from '../../domain/present-access.ts'
import type { Executor, Tx } from '../connect.ts'

/** What an owner was told last; `told` is null when nobody has looked yet. */
export interface ToldAccess {
  told: PresentedAccess | null
  version: number
}

/** The owner's row, made if need be, and locked until the commit. Before anything else that is told to the owner. */
export async function lockAccess(tx: Tx, ownerId: string): Promise<ToldAccess> {
  const locked = await selectLocked(tx, ownerId)
  if (locked) return locked
  await tx
    .insertInto('access')
    .values({ owner_id: ownerId, told: null, version: 0, look_again_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const made = await selectLocked(tx, ownerId)
  if (!made) throw new Error(`The access row of ${ownerId} is not there after it was made`)
  return made
}

async function selectLocked(tx: Tx, ownerId: string): Promise<ToldAccess | undefined> {
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

/**
 * Owners for whom time alone may have changed something, those that wait longest first. Without those of whom events wait: what these tell may be
 * that nothing has ended, and their sync looks at the time too.
 */
export async function listOwnersToLookAt(executor: Executor, now: Date, limit: number): Promise<string[]> {
  const rows = await executor
    .selectFrom('access')
    .select('owner_id')
    .where('look_again_at', '<=', now)
    .where(sql<boolean>`not exists (select from billhook.customers c join billhook.events e on e.group_key = c.stripe_customer_id
      where c.owner_id = access.owner_id and e.status = 'pending')`)
    .orderBy('look_again_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.owner_id)
}

/**
 * Has these owners looked at: for rows that are merely new to the mirror, before they are written, as everybody who writes does. Of whose access
 * the app was never told (`version` is 0) what counts as told is forgotten, so that nothing of what the look finds is told; whoever was told
 * has to be told what corrects it, or it would stay wrong for ever. Returns those who were never told and of whom nothing was
 * forgotten: time alone, or the features of a product, may change or have changed what counts as told, and that is news.
 */
export async function askToLookAt(tx: Tx, ownerIds: readonly string[], at: Date): Promise<string[]> {
  // Sorted, so that two who ask for some of the same owners never wait for each other in a circle.
  const owners = [...new Set(ownerIds)].sort()
  const { rows } = await sql<{ owner_id: string; is_kept: boolean }>`
    insert into billhook.access as a (owner_id, version, look_again_at)
    select owner_id, 0, ${at} from unnest(${owners}::text[]) as o (owner_id)
    on conflict (owner_id) do update set look_again_at = ${at},
      told = case when a.look_again_at is not null or a.version > 0 or exists (select from billhook.feature_news) then a.told end
    returning owner_id, told is not null and version = 0 as is_kept`.execute(tx)
  return rows.flatMap((row) => (row.is_kept ? [row.owner_id] : []))
}

/** Those of them who were told something, at this time at the latest. Sorted, as `askToLookAt` is. Returns how many. */
export async function askPastDueOwners(tx: Tx, at: Date): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with owners as (
      select owner_id from billhook.access
      where owner_id in (select owner_id from billhook.subscriptions where status = 'past_due')
      order by owner_id for update)
    update billhook.access a set look_again_at = least(a.look_again_at, ${at}) from owners o
    where a.owner_id = o.owner_id`.execute(tx)
  return Number(numAffectedRows)
}
