import type { Executor } from '../db/connect.ts'
import { findInvoiceFacts } from '../db/queries/invoices.ts'
import { findNewestInvoice } from '../db/queries/newest-invoice.ts'
import type { SubscriptionRow } from '../db/queries/subscriptions.ts'
import { blocksSecondSubscription } from '../domain/subscription-status.ts'

export type Decision =
  /** Ids of those to end. */
  | { verdict: 'end'; ids: readonly string[] }
  /** Nobody knows yet: the note says what is waited for. */
  | { verdict: 'wait'; note: string }
  | { verdict: 'leave'; note: string }

/** What becomes of several subscriptions of one owner, given oldest first. From the mirror, as it is. */
export async function decideDuplicate(
  executor: Executor,
  rows: readonly SubscriptionRow[],
): Promise<Decision> {
  const [oldest, ...newer] = rows.filter(({ status }) => blocksSecondSubscription(status))
  if (!oldest || newer.length === 0) return leave('one was left when it was looked at again')
  if (oldest.status !== 'active') return leave(`the oldest one is ${oldest.status}`)
  if (oldest.cancel_at_period_end || oldest.cancel_at !== null) return leave('the oldest one ends by plan')
  if (isCollectionPaused(oldest)) return leave('the oldest one collects no payments')
  const unpaid = await whyUnpaid(executor, oldest)
  return unpaid ?? { verdict: 'end', ids: newer.map(({ id }) => id) }
}

/**
 * Null when the oldest one is paid for. `active` does not say that: Stripe says it days before a bank answers a debit, an hour before the first
 * invoice after a trial is charged, and of one that is paid by mail (2.3, 2.5, 3.1). One without invoices (by usage) owes nothing yet, and
 * one of nothing (a free plan) is paid.
 */
async function whyUnpaid(executor: Executor, oldest: SubscriptionRow): Promise<Decision | null> {
  if (!(await isNewestInvoiceKnown(executor, oldest)))
    return wait('the newest invoice of the oldest one is not known yet')
  const invoice = await findNewestInvoice(executor, oldest)
  if (invoice === null || invoice.status === 'paid') return null
  if (invoice.status === 'draft') return wait('the invoice of the oldest one is a draft')
  if (invoice.status === 'open' && invoice.isPaymentOnItsWay)
    return wait('the payment of the oldest one is on its way')
  return leave(`the invoice ${invoice.id} of the oldest one is ${invoice.status}`)
}

/** Whether money may still come for this subscription, though it has ended: its end stops no debit that is on its way. */
export async function mayStillBePaid(executor: Executor, row: SubscriptionRow): Promise<boolean> {
  if (!(await isNewestInvoiceKnown(executor, row))) return true
  const invoice = await findNewestInvoice(executor, row)
  if (!invoice?.isPaymentOnItsWay) return false
  return invoice.status === 'open' || invoice.status === 'paid'
}

/** A look fetches the one that was the newest before it. */
async function isNewestInvoiceKnown(executor: Executor, row: SubscriptionRow): Promise<boolean> {
  return row.latest_invoice_id === null || (await findInvoiceFacts(executor, row.latest_invoice_id)) !== null
}

function isCollectionPaused({ raw }: SubscriptionRow): boolean {
  return typeof raw === 'object' && raw !== null && 'pause_collection' in raw && raw.pause_collection !== null
}

function wait(note: string): Decision {
  return { verdict: 'wait', note }
}

function leave(note: string): Decision {
  return { verdict: 'leave', note }
}
