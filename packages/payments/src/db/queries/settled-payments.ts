import type { Database } from '../connect.ts'

/** Ends what waits for those of these invoice payments that are mirrored as paid; the group of each event that was ended. */
export async function ignoreEventsOfPaidInvoicePayments(
  db: Database,
  ids: readonly string[],
  note: string,
  now: Date,
): Promise<string[]> {
  const { rows } = await db.pool.query<{ group_key: string }>({
    name: 'ignore-settled-payments',
    text: `update billhook.events e set status = 'ignored', note = $2, finished_at = $3, next_attempt_at = null
      from billhook.invoice_payments p
      where p.id = any($1) and p.status = 'paid' and e.group_key = 'invoice_payment:' || p.id and e.status = 'pending'
      returning e.group_key`,
    values: [ids, note, now],
  })
  return rows.map(({ group_key }) => group_key)
}
