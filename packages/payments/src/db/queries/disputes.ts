import type { Insertable, Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type DisputeRow = Selectable<Tables['disputes']>
export type NewDisputeRow = Insertable<Tables['disputes']>

export async function findDispute(executor: Executor, id: string): Promise<DisputeRow | null> {
  const row = await executor.selectFrom('disputes').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function upsertDispute(executor: Executor, row: NewDisputeRow): Promise<DisputeRow> {
  return await executor
    .insertInto('disputes')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .returningAll()
    .executeTakeFirstOrThrow()
}
