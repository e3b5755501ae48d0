import type { Insertable, Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type RefundRow = Selectable<Tables['refunds']>
export type NewRefundRow = Insertable<Tables['refunds']>

export async function findRefund(executor: Executor, id: string): Promise<RefundRow | null> {
  const row = await executor.selectFrom('refunds').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function upsertRefund(executor: Executor, row: NewRefundRow): Promise<void> {
  await executor
    .insertInto('refunds')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}
