import type { Insertable, Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type CheckoutSessionRow = Selectable<Tables['checkout_sessions']>
export type NewCheckoutSessionRow = Insertable<Tables['checkout_sessions']>

export async function findCheckoutSession(
  executor: Executor,
  id: string,
): Promise<CheckoutSessionRow | null> {
  const row = await executor
    .selectFrom('checkout_sessions')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

export async function upsertCheckoutSession(
  executor: Executor,
  row: NewCheckoutSessionRow,
): Promise<CheckoutSessionRow> {
  return await executor
    .insertInto('checkout_sessions')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .returningAll()
    .executeTakeFirstOrThrow()
}
