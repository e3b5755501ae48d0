import { type Insertable, type Selectable, sql } from 'kysely'
import type { InvoiceFacts } from '../../domain/payment-transitions.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { MirrorRow } from './mirror-row.ts'

export type InvoiceRow = Selectable<Tables['invoices']>
export type NewInvoiceRow = MirrorRow<'invoices'>
export type NewInvoicePaymentRow = Insertable<Tables['invoice_payments']>

export async function findInvoice(executor: Executor, id: string): Promise<InvoiceRow | null> {
  const row = await executor.selectFrom('invoices').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** What its transitions depend on, and nothing else of the row. */
export async function findInvoiceFacts(executor: Executor, id: string): Promise<InvoiceFacts | null> {
  const row = await executor
    .selectFrom('invoices')
    .select(['id', 'status', 'billing_reason', 'subscription_id', 'amount_paid_minor', 'currency'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Makes `rows` all that is known about which payments settle this invoice. */
export async function replaceInvoicePayments(
  executor: Executor,
  invoiceId: string,
  rows: readonly NewInvoicePaymentRow[],
): Promise<void> {
  const column = <K extends keyof NewInvoicePaymentRow>(name: K) => rows.map((row) => row[name])
  await sql`
    with gone as (
      delete from billhook.invoice_payments where invoice_id = ${invoiceId} and not (id = any(${column('id')}::text[])))
    insert into billhook.invoice_payments (id, invoice_id, payment_id, status, amount_paid_minor, synced_at)
    select id, ${invoiceId}, payment_id, status, amount_paid_minor, synced_at
    from unnest(${column('id')}::text[], ${column('payment_id')}::text[], ${column('status')}::text[],
      ${column('amount_paid_minor')}::bigint[], ${column('synced_at')}::timestamptz[])
      as p (id, payment_id, status, amount_paid_minor, synced_at)
    on conflict (id) do update set invoice_id = excluded.invoice_id, payment_id = excluded.payment_id, status = excluded.status,
      amount_paid_minor = excluded.amount_paid_minor, synced_at = excluded.synced_at`.execute(executor)
}

/** Which payments settle this invoice, without the times of the syncs. */
export async function listInvoicePayments(
  executor: Executor,
  invoiceId: string,
): Promise<Omit<Selectable<Tables['invoice_payments']>, 'synced_at' | 'invoice_id'>[]> {
  return await executor
    .selectFrom('invoice_payments')
    .select(['id', 'payment_id', 'status', 'amount_paid_minor'])
    .where('invoice_id', '=', invoiceId)
    .orderBy('id')
    .execute()
}

/** Of which invoice and customer an invoice payment is, as far as the mirror knows. */
export async function findInvoicePayment(
  executor: Executor,
  id: string,
): Promise<{ invoice_id: string; stripe_customer_id: string } | null> {
  const row = await executor
    .selectFrom('invoice_payments')
    .innerJoin('invoices', 'invoices.id', 'invoice_payments.invoice_id')
    .select(['invoice_id', 'stripe_customer_id'])
    .where('invoice_payments.id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** The invoice that this payment settles, or is to settle; null for a one-time purchase. */
export async function findInvoiceOfPayment(
  executor: Executor,
  paymentId: string,
): Promise<Pick<InvoiceRow, 'id' | 'subscription_id' | 'hosted_invoice_url'> | null> {
  const row = await executor
    .selectFrom('invoice_payments')
    .innerJoin('invoices', 'invoices.id', 'invoice_payments.invoice_id')
    .select(['invoices.id', 'invoices.subscription_id', 'invoices.hosted_invoice_url'])
    .where('invoice_payments.payment_id', '=', paymentId)
    .orderBy('invoices.id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Drafts can be thrown away at Stripe; nothing hangs on one. */
export async function deleteInvoice(executor: Executor, id: string): Promise<void> {
  await executor.deleteFrom('invoices').where('id', '=', id).execute()
}
