import type { Insertable, Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type FraudWarningRow = Selectable<Tables['fraud_warnings']>
export type NewFraudWarningRow = Insertable<Tables['fraud_warnings']>

export async function findFraudWarning(executor: Executor, id: string): Promise<FraudWarningRow | null> {
  const row = await executor.selectFrom('fraud_warnings').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function upsertFraudWarning(executor: Executor, row: NewFraudWarningRow): Promise<void> {
  await executor
    .insertInto('fraud_warnings')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}
