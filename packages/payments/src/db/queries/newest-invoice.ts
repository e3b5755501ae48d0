import { sql } from 'kysely'
import type { Executor } from '../connect.ts'

export interface NewestInvoice {
  id: string
  status: string
  /** A debit that the bank has not answered yet, or money that is there and not put down to the invoice yet. */
  isPaymentOnItsWay: boolean
}

/** One made by hand says nothing about the subscription. Of one second, the one that is not paid may be the later. */
export async function findNewestInvoice(
  executor: Executor,
  subscription: { id: string; owner_id: string },
): Promise<NewestInvoice | null> {
  const { rows } = await sql<NewestInvoice>`
    select i.id, i.status, exists (
      select from billhook.invoice_payments ip join billhook.payments p on p.id = ip.payment_id
      where ip.invoice_id = i.id and (p.status = 'processing' or (p.status = 'succeeded' and ip.status = 'open')))
      as "isPaymentOnItsWay"
    from billhook.invoices i
    where i.owner_id = ${subscription.owner_id} and i.subscription_id = ${subscription.id}
      and i.billing_reason is distinct from 'manual'
    order by i.stripe_created_at desc, i.status = 'paid', i.id desc limit 1`.execute(executor)
  return rows[0] ?? null
}

/** Payments that paid the newest paid invoice of this subscription and were not given back in full yet. */
export async function listRefundablePayments(
  executor: Executor,
  subscription: { id: string; owner_id: string },
): Promise<string[]> {
  const invoice = await executor
    .selectFrom('invoices')
    .select('id')
    // The owner is there for the index.
    .where('owner_id', '=', subscription.owner_id)
    .where('subscription_id', '=', subscription.id)
    .where('status', '=', 'paid')
    .orderBy('stripe_created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!invoice) return []
  const rows = await executor
    .selectFrom('invoice_payments')
    .innerJoin('payments', 'payments.id', 'invoice_payments.payment_id')
    .select('payments.id')
    .where('invoice_payments.invoice_id', '=', invoice.id)
    .where('invoice_payments.status', '=', 'paid')
    .where('payments.status', '=', 'succeeded')
    .whereRef('payments.amount_refunded_minor', '<', 'payments.amount_minor')
    .execute()
  return rows.map(({ id }) => id)
}
