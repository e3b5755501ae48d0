import { CompiledQuery, type Insertable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

/** Tables of which a row is what Stripe says of one object, under Stripe's id. */
export type MirrorTable =
  | 'checkout_sessions'
  | 'disputes'
  | 'fraud_warnings'
  | 'invoices'
  | 'payments'
  | 'prices'
  | 'products'
  | 'refunds'
  | 'subscriptions'

/** Every column: one that was left out would keep what it had. */
export type MirrorRow<Table extends MirrorTable> = Required<Insertable<Tables[Table]>>

/** Makes `row` what is mirrored of its object. */
export async function upsertRow<Table extends MirrorTable>(
  executor: Executor,
  table: Table,
  row: MirrorRow<Table>,
): Promise<void> {
  await executor.executeQuery(CompiledQuery.raw(textFor(table, Object.keys(row)), Object.values(row)))
}

/** Building a statement of twenty columns takes longer than sending it, and there is one for each table. */
const TEXTS = new Map<string, string>()

function textFor(table: MirrorTable, columns: readonly string[]): string {
  const key = `${table} ${columns}`
  const known = TEXTS.get(key)
  if (known !== undefined) return known
  const text = `insert into billhook.${table} (${columns.map(quoted)}) values (${columns.map((_, index) => `$${index + 1}`)})
    on conflict (id) do update set ${columns.map((name) => `${quoted(name)} = excluded.${quoted(name)}`)}`
  TEXTS.set(key, text)
  return text
}

function quoted(column: string): string {
  return `"${column}"`
}
