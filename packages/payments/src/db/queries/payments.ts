import type { Selectable } from 'kysely'
import type { PaymentFacts } from '../../domain/payment-transitions.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type PaymentRow = Selectable<Tables['payments']>
export type NewPaymentRow = MirrorRow<'payments'>

export async function findPayment(executor: Executor, id: string): Promise<PaymentRow | null> {
  const row = await executor.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** What its transitions depend on, and nothing else of the row. */
export async function findPaymentFacts(executor: Executor, id: string): Promise<PaymentFacts | null> {
  const row = await executor
    .selectFrom('payments')
    .select([
      'id',
      'status',
      'currency',
      'amount_minor',
      'amount_refunded_minor',
      'failure_code',
      'synced_at',
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}
