import type { Tx } from '../db/connect.ts'
import {
  deleteInvoice,
  findInvoice,
  findInvoiceFacts,
  type NewInvoicePaymentRow,
  type NewInvoiceRow,
  replaceInvoicePayments,
} from '../db/queries/invoices.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import { together } from '../db/transaction.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import { invoiceTransitions } from '../domain/payment-transitions.ts'
import type { Transition } from '../domain/transitions.ts'
import type { Stripe } from '../stripe/client.ts'
import { isAbsent } from '../stripe/errors.ts'
import { expanded, fromUnix, fromUnixOrNull, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, WriteScope } from './fetched.ts'
import { inOwnCurrency } from './own-currency.ts'
import { fetchedSubscription, overdueInvoice } from './subscription.ts'

/** One invoice with the payments that settle it. Its subscription comes in the same answer; those payments are fetched along. */
export async function fetchInvoice(context: SyncContext, id: string): Promise<Fetched> {
  try {
    const answer = await context.stripe.invoices.retrieve(id, {
      expand: ['payments', 'parent.subscription_details.subscription'],
    })
    const { invoice: shown, subscription } = apart(answer)
    const [invoice, payments] = await Promise.all([
      withItsLines(context, shown),
      listPayments(context, shown),
    ])
    const related = relatedTo(invoice, payments)
    if (!subscription) return { ...fetchedInvoice(invoice, payments), related }
    const doorbell = { resource: 'subscription' as const, id: subscription.id }
    return {
      ...fetchedInvoice(invoice, payments),
      related: [...related, ...(await overdueInvoice(context, subscription))],
      brought: [{ ...fetchedSubscription(await inOwnCurrency(context.stripe, subscription)), doorbell }],
    }
  } catch (error) {
    if (!isAbsent(error)) throw error
    return { related: [], write: (tx, scope) => forgetDraft(tx, id, scope) }
  }
}

/** An invoice from an answer that has it whole, and all payments that settle it. */
export function fetchedInvoice(
  invoice: Stripe.Invoice,
  payments: readonly Stripe.InvoicePayment[],
): Pick<Fetched, 'stripeCustomerId' | 'happenedBy' | 'write'> {
  return {
    stripeCustomerId: idOf(invoice.customer),
    happenedBy: invoice.status_transitions.paid_at ?? invoice.created,
    write: (tx, scope) =>
      writeInvoice(tx, adaptInvoice(invoice, scope), adaptInvoicePayments(invoice, payments, scope.now)),
  }
}

/** The invoice as it is without the expansion, so that `raw` does not hold the subscription a second time, and the subscription. */
function apart(answer: Stripe.Invoice): {
  invoice: Stripe.Invoice
  subscription: Stripe.Subscription | null
} {
  const details = answer.parent?.subscription_details
  const subscription = expanded<Stripe.Subscription>(details?.subscription)
  if (!answer.parent || !details || !subscription) return { invoice: answer, subscription: null }
  const { id } = subscription
  const parent = { ...answer.parent, subscription_details: { ...details, subscription: id } }
  return { invoice: { ...answer, parent }, subscription }
}

/**
 * That of a change with all of its lines: whether it began a period stands there (`db/queries/access-facts.ts`), and after a few changes of
 * seats it stands behind the first ones.
 */
export async function withItsLines(context: SyncContext, invoice: Stripe.Invoice): Promise<Stripe.Invoice> {
  if (invoice.billing_reason !== 'subscription_update' || !invoice.lines.has_more) return invoice
  return { ...invoice, lines: { ...invoice.lines, data: await linesOf(context, invoice), has_more: false } }
}

/** All of them. An answer has the first ten, prorations before the periods. */
export async function linesOf(
  { stripe }: SyncContext,
  { id, lines }: Stripe.Invoice,
): Promise<Stripe.InvoiceLineItem[]> {
  if (!lines.has_more) return lines.data
  return await stripe.invoices.listLineItems(id, { limit: 100 }).autoPagingToArray({ limit: 1_000 })
}

/** The expanded list holds the first few; `payments` is not among the fields that always come. */
export async function listPayments(
  context: SyncContext,
  invoice: Stripe.Invoice,
): Promise<readonly Stripe.InvoicePayment[]> {
  if (!invoice.payments?.has_more) return invoice.payments?.data ?? []
  return await context.stripe.invoicePayments.list({ invoice: invoice.id, limit: 100 }).autoPagingToArray({
    limit: 1_000,
  })
}

function relatedTo(invoice: Stripe.Invoice, payments: readonly Stripe.InvoicePayment[]): Doorbell[] {
  const subscription = subscriptionOf(invoice)
  return [
    ...(subscription === null ? [] : [{ resource: 'subscription' as const, id: subscription }]),
    ...payments.flatMap((payment) => {
      const id = idOf(payment.payment.payment_intent)
      return id === null ? [] : [{ resource: 'payment' as const, id }]
    }),
  ]
}

/** Since basil an invoice names its subscription under `parent`. */
export function subscriptionOf(invoice: Stripe.Invoice): string | null {
  return idOf(invoice.parent?.subscription_details?.subscription)
}

export function adaptInvoice(invoice: Stripe.Invoice, scope: WriteScope): NewInvoiceRow {
  // Its payments have rows of their own, and do not come in every answer.
  const { payments: _, ...bare } = invoice
  return {
    id: invoice.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    subscription_id: subscriptionOf(invoice),
    status: invoice.status ?? 'draft',
    billing_reason: invoice.billing_reason ?? null,
    number: invoice.number ?? null,
    currency: invoice.currency,
    total_minor: invoice.total,
    amount_due_minor: invoice.amount_due,
    amount_paid_minor: invoice.amount_paid,
    due_at: fromUnixOrNull(invoice.due_date),
    hosted_invoice_url: invoice.hosted_invoice_url ?? null,
    invoice_pdf_url: invoice.invoice_pdf ?? null,
    stripe_created_at: fromUnix(invoice.created),
    raw: rawJson(bare),
    synced_at: scope.now,
  }
}

/** Only payments by PaymentIntent have a row of their own; others were made outside of Stripe. */
export function adaptInvoicePayments(
  invoice: Stripe.Invoice,
  payments: readonly Stripe.InvoicePayment[],
  now: Date,
): NewInvoicePaymentRow[] {
  return payments.flatMap((payment) => {
    const paymentId = idOf(payment.payment.payment_intent)
    if (paymentId === null) return []
    const { id, status, amount_paid } = payment
    return [
      {
        id,
        invoice_id: invoice.id,
        payment_id: paymentId,
        status,
        amount_paid_minor: amount_paid ?? null,
        synced_at: now,
      },
    ]
  })
}

async function writeInvoice(
  tx: Tx,
  row: NewInvoiceRow,
  payments: readonly NewInvoicePaymentRow[],
): Promise<Transition[]> {
  const [before] = await together(tx, [
    findInvoiceFacts(tx, row.id),
    upsertRow(tx, 'invoices', row),
    replaceInvoicePayments(tx, row.id, payments),
  ])
  return invoiceTransitions(before, row)
}

/** A draft can be deleted, any other invoice only voided: one that vanished otherwise is a riddle, and is not touched. */
async function forgetDraft(tx: Tx, id: string, scope: WriteScope): Promise<Transition[]> {
  const before = await findInvoice(tx, id)
  if (!before || before.stripe_customer_id !== scope.stripeCustomerId) return []
  if (before.status !== 'draft') throw new Error(`Invoice ${id} was ${before.status} and is gone at Stripe`)
  await replaceInvoicePayments(tx, id, [])
  await deleteInvoice(tx, id)
  return []
}
