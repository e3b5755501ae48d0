import { sql } from 'kysely'
import type { Doorbell, DoorbellResource } from '../../domain/doorbell.ts'
import type { Executor } from '../connect.ts'
import type { MirrorTable } from './mirror-row.ts'

/** Where what belongs to a customer is mirrored. */
const TABLES: ReadonlyMap<DoorbellResource, MirrorTable> = new Map([
  ['subscription', 'subscriptions'],
  ['invoice', 'invoices'],
  ['payment', 'payments'],
  ['refund', 'refunds'],
  ['dispute', 'disputes'],
  ['fraud_warning', 'fraud_warnings'],
  ['checkout_session', 'checkout_sessions'],
])

/** Ids of those of which the mirror has a row. One statement, and the same for whatever is asked for. */
export async function listMirrored(executor: Executor, asked: readonly Doorbell[]): Promise<Set<string>> {
  if (asked.length === 0) return new Set()
  const parts = [...TABLES].map(([resource, table]) => {
    const ids = asked.filter((each) => each.resource === resource).map(({ id }) => id)
    return sql`select id from ${sql.raw(`billhook.${table}`)} where id = any(${ids}::text[])`
  })
  const { rows } = await sql<{ id: string }>`${sql.join(parts, sql` union all `)}`.execute(executor)
  return new Set(rows.map(({ id }) => id))
}
