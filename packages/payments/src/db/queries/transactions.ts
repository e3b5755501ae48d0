import type { Database } from '../connect.ts'

export interface TransactionRow {
  id: string
  type: 'payment' | 'refund' | 'invoice'
  status: string
  /** Negative only of an invoice that credits more than it bills: no money went either way. */
  amountMinor: number
  currency: string
  description: string | null
  createdAt: Date
  receiptUrl: string | null
  hostedInvoiceUrl: string | null
  invoicePdf: string | null
}

/**
 * One page of the owner's history, newest first, read through the three indexes by owner. Each branch brings at most one page, so
 * the cost does not grow with the history. $1 owner, $2 and $3 the last row of the page before (null for the first), $4 rows.
 *
 * Not listed: a payment that settles an invoice (the invoice stands for it, with the receipt), drafts, attempts that never
 * moved money.
 */
const PAGE = `
select * from (
  (select p.id, 'payment' as type, p.status, p.amount_minor as "amountMinor", p.currency, p.description,
      p.stripe_created_at as "createdAt", p.receipt_url as "receiptUrl", null as "hostedInvoiceUrl", null as "invoicePdf"
    from billhook.payments p
    where p.owner_id = $1 and p.status in ('succeeded', 'processing', 'requires_capture')
      and ($2::timestamptz is null or (p.stripe_created_at, p.id) < ($2, $3))
      and not exists (select from billhook.invoice_payments ip where ip.payment_id = p.id)
    order by p.stripe_created_at desc, p.id desc limit $4)
  union all
  (select r.id, 'refund', r.status, r.amount_minor, r.currency, r.reason,
      r.stripe_created_at, p.receipt_url, null, null
    from billhook.refunds r left join billhook.payments p on p.id = r.payment_id and p.owner_id = r.owner_id
    where r.owner_id = $1 and ($2::timestamptz is null or (r.stripe_created_at, r.id) < ($2, $3))
    order by r.stripe_created_at desc, r.id desc limit $4)
  union all
  (select i.id, 'invoice', i.status, i.total_minor, i.currency, 'Invoice ' || i.number,
      i.stripe_created_at,
      (select p.receipt_url from billhook.invoice_payments ip join billhook.payments p on p.id = ip.payment_id
        where ip.invoice_id = i.id and ip.status = 'paid' and p.owner_id = i.owner_id
        order by p.stripe_created_at desc limit 1),
      i.hosted_invoice_url, i.invoice_pdf_url
    from billhook.invoices i
    where i.owner_id = $1 and i.status <> 'draft'
      and ($2::timestamptz is null or (i.stripe_created_at, i.id) < ($2, $3))
    order by i.stripe_created_at desc, i.id desc limit $4)
) page order by "createdAt" desc, id desc limit $4`

/** The owner is part of the look-up: the id of another owner's row is as unknown as one that never was. */
const CURSOR = `
select stripe_created_at as "createdAt" from billhook.payments where id = $2 and owner_id = $1
union all select stripe_created_at from billhook.refunds where id = $2 and owner_id = $1
union all select stripe_created_at from billhook.invoices where id = $2 and owner_id = $1`

export interface TransactionCursor {
  createdAt: Date
  id: string
}

/** Up to `limit` transactions older than the cursor (or the newest), newest first. */
export async function listTransactions(
  db: Database,
  ownerId: string,
  page: { after: TransactionCursor | null; limit: number },
): Promise<TransactionRow[]> {
  const { rows } = await db.pool.query<TransactionRow>({
    name: 'transactions-page',
    text: PAGE,
    values: [ownerId, page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
  })
  return rows
}

/** Where a page that starts after this transaction begins; null when the owner has no such transaction. */
export async function findTransactionCursor(
  db: Database,
  ownerId: string,
  id: string,
): Promise<TransactionCursor | null> {
  const { rows } = await db.pool.query<{ createdAt: Date }>({
    name: 'transactions-cursor',
    text: CURSOR,
    values: [ownerId, id],
  })
  return rows[0] ? { createdAt: rows[0].createdAt, id } : null
}
