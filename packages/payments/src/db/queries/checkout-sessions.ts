import type { Selectable } from 'kysely'
import type { CheckoutSessionFacts } from '../../domain/payment-transitions.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type CheckoutSessionRow = Selectable<Tables['checkout_sessions']>
export type NewCheckoutSessionRow = MirrorRow<'checkout_sessions'>

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

/** What its transitions depend on, and nothing else of the row. */
export async function findCheckoutSessionFacts(
  executor: Executor,
  id: string,
): Promise<CheckoutSessionFacts | null> {
  const row = await executor
    .selectFrom('checkout_sessions')
    .select(['id', 'mode', 'status', 'payment_status', 'payment_id', 'currency', 'amount_total_minor'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}
