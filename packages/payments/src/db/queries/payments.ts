import type { Insertable, Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type PaymentRow = Selectable<Tables['payments']>
export type NewPaymentRow = Insertable<Tables['payments']>

export async function findPayment(executor: Executor, id: string): Promise<PaymentRow | null> {
  const row = await executor.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function upsertPayment(executor: Executor, row: NewPaymentRow): Promise<PaymentRow> {
  return await executor
    .insertInto('payments')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .returningAll()
    .executeTakeFirstOrThrow()
}
