import { type Selectable, sql } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type NewProductRow = MirrorRow<'products'>

/** Gone at Stripe: not sold any more. The row stays for what was sold. */
export async function deactivateProduct(executor: Executor, id: string, now: Date): Promise<void> {
  await executor.updateTable('products').set({ active: false, synced_at: now }).where('id', '=', id).execute()
}

export async function listActiveProductIds(executor: Executor): Promise<string[]> {
  const rows = await executor.selectFrom('products').select('id').where('active', '=', true).execute()
  return rows.map((row) => row.id)
}

export async function findProduct(
  executor: Executor,
  id: string,
): Promise<Selectable<Tables['products']> | null> {
  const row = await executor.selectFrom('products').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function areMirrored(executor: Executor, ids: readonly string[]): Promise<boolean> {
  const distinct = [...new Set(ids)]
  const { count } = await executor
    .selectFrom('products')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('id', '=', sql<string>`any(${distinct})`)
    .executeTakeFirstOrThrow()
  return count === distinct.length
}
