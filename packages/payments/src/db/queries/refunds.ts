import type { Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type RefundRow = Selectable<Tables['refunds']>
export type NewRefundRow = MirrorRow<'refunds'>

export async function findRefund(executor: Executor, id: string): Promise<RefundRow | null> {
  const row = await executor.selectFrom('refunds').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}
