import type { Selectable } from 'kysely'
import type { DisputeFacts } from '../../domain/dispute-transitions.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type DisputeRow = Selectable<Tables['disputes']>
export type NewDisputeRow = MirrorRow<'disputes'>

export async function findDispute(executor: Executor, id: string): Promise<DisputeRow | null> {
  const row = await executor.selectFrom('disputes').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** What its transitions depend on, and nothing else of the row. */
export async function findDisputeFacts(executor: Executor, id: string): Promise<DisputeFacts | null> {
  const row = await executor
    .selectFrom('disputes')
    .select(['id', 'payment_id', 'amount_minor', 'currency', 'reason', 'status', 'evidence_due_by'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}
