import type { Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type NewPriceRow = MirrorRow<'prices'>

/** Gone at Stripe: not sold any more. The row stays for what was sold. */
export async function deactivatePrice(executor: Executor, id: string, now: Date): Promise<void> {
  await executor.updateTable('prices').set({ active: false, synced_at: now }).where('id', '=', id).execute()
}

export async function listActivePriceIds(executor: Executor): Promise<string[]> {
  const rows = await executor.selectFrom('prices').select('id').where('active', '=', true).execute()
  return rows.map((row) => row.id)
}

export async function findPrice(
  executor: Executor,
  id: string,
): Promise<Selectable<Tables['prices']> | null> {
  const row = await executor.selectFrom('prices').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}
