import type { Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type FraudWarningRow = Selectable<Tables['fraud_warnings']>
export type NewFraudWarningRow = MirrorRow<'fraud_warnings'>

export async function findFraudWarning(executor: Executor, id: string): Promise<FraudWarningRow | null> {
  const row = await executor.selectFrom('fraud_warnings').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}
