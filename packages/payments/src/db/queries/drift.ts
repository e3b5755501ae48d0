import { type Insertable, type Selectable, sql } from 'kysely'
import type { FieldDifference } from '../../domain/drift.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type DriftRow = Selectable<Tables['drift']>
export type NewDrift = Omit<Insertable<Tables['drift']>, 'fields'> & { fields: readonly FieldDifference[] }

/** In the transaction that repairs. */
export async function insertDrift(executor: Executor, found: readonly NewDrift[]): Promise<void> {
  if (found.length === 0) return
  await executor
    .insertInto('drift')
    .values(found.map((row) => ({ ...row, fields: JSON.stringify(row.fields) })))
    .execute()
}

export interface DriftFilter {
  resource?: string | undefined
  ownerId?: string | undefined
  foundSince?: Date | undefined
  /** Id of the last record of the page before. */
  after?: number | undefined
  limit: number
}

/** Newest first. */
export async function listDrift(executor: Executor, filter: DriftFilter): Promise<DriftRow[]> {
  const { resource, ownerId, foundSince, after, limit } = filter
  return await executor
    .selectFrom('drift')
    .selectAll()
    .$if(resource !== undefined, (query) => query.where('resource', '=', resource ?? ''))
    .$if(ownerId !== undefined, (query) => query.where('owner_id', '=', ownerId ?? ''))
    .$if(foundSince !== undefined, (query) => query.where('found_at', '>=', foundSince ?? new Date(0)))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** How much was found since then, and the last of it. */
export async function readLatestDrift(
  executor: Executor,
  since: Date,
): Promise<{ count: number; foundAt: Date | null }> {
  return await executor
    .selectFrom('drift')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('found_at').as('foundAt')])
    .where('found_at', '>=', since)
    .executeTakeFirstOrThrow()
}

/** Forgets up to `limit` of what was found before then. Returns how many. */
export async function forgetDrift(executor: Executor, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from billhook.drift where ctid = any(array(
      select ctid from billhook.drift where found_at < ${before} limit ${limit}))`.execute(executor)
  return Number(numAffectedRows ?? 0)
}
