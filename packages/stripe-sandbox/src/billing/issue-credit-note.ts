import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildCreditNote } from '../objects/credit-note.ts'
import { idOf } from '../store/tables.ts'
import { closeUnpaid } from './close-unpaid.ts'
import { creditNoteAmounts } from './credit-note-lines.ts'
import { chargeOfInvoice } from './creditable.ts'
import { changeBalance } from './customer-balance.ts'
import { pageUrls } from './page-urls.ts'
import { previousAttributes } from './previous-attributes.ts'
import { refundCharge } from './refund-charge.ts'
import { followRemaining } from './remaining.ts'
import { exemptionOf } from './tax-terms.ts'

export interface CreditNoteTerms {
  lines: Stripe.CreditNoteLineItem[]
  memo: string | null
  metadata: Stripe.Metadata
  reason: Stripe.CreditNote.Reason | null
  /** Unix seconds. */
  effectiveAt: number | null
  /** How what is given back of money that was paid is given back; together the post-payment part. Minor units. */
  givenBack: GivenBack
}

export interface GivenBack {
  refundMinor: number
  creditMinor: number
  /** Null when nothing was said about it. */
  outOfBandMinor: number | null
  /** Refunds that were made before. */
  refunds: { refund: Stripe.Refund; amountMinor: number }[]
}

/** How much of a credit note lowers what is left to pay of an invoice, and how much gives something back. Minor units. */
export function split(
  invoice: Stripe.Invoice,
  totalMinor: number,
): { prePaymentMinor: number; postPaymentMinor: number } {
  const isOwed = invoice.status === 'open' || invoice.status === 'uncollectible'
  const prePaymentMinor = isOwed ? Math.min(totalMinor, invoice.amount_remaining) : 0
  return { prePaymentMinor, postPaymentMinor: totalMinor - prePaymentMinor }
}

/**
 * Issues a credit note that was found good (`credit_note.created`). First comes what it gives back: a refund, a credit to the
 * customer's balance. Then the invoice is told of it (`invoice.updated`); one of which nothing is left to pay is paid.
 */
export function issueCreditNote(
  context: Context,
  invoice: Stripe.Invoice,
  terms: CreditNoteTerms,
): Stripe.CreditNote {
  const now = context.clock.now()
  const id = context.ids.newId('cn_')
  const amounts = creditNoteAmounts(context, terms.lines, exemptionOf(invoice.customer_tax_exempt))
  const parts = split(invoice, amounts.total)
  const blank = buildCreditNote({
    ...terms,
    ...parts,
    id,
    invoice,
    amounts,
    created: now,
    effectiveAt: terms.effectiveAt ?? now,
    number: nextNumber(context, invoice),
    pdf: pageUrls.creditNotePdf(context.origin, id),
    outOfBandMinor: terms.givenBack.outOfBandMinor,
  })
  const note: Stripe.CreditNote = {
    ...blank,
    refunds: refunds(context, invoice, terms),
    customer_balance_transaction: creditBalance(context, blank, terms.givenBack.creditMinor),
  }
  context.store.put('credit_note', note)
  context.emit('credit_note.created', note)
  applyToInvoice(context, invoice, parts)
  return note
}

function applyToInvoice(
  context: Context,
  invoice: Stripe.Invoice,
  { prePaymentMinor, postPaymentMinor }: ReturnType<typeof split>,
): void {
  const credited: Stripe.Invoice = {
    ...invoice,
    amount_due: invoice.amount_due - prePaymentMinor,
    amount_remaining: invoice.amount_remaining - prePaymentMinor,
    post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + postPaymentMinor,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + prePaymentMinor,
  }
  context.store.put('invoice', credited)
  context.emit('invoice.updated', credited, previousAttributes(invoice, credited))
  if (prePaymentMinor === 0) return
  if (credited.amount_remaining === 0) closeUnpaid(context, credited, 0)
  else followRemaining(context, credited)
}

function refunds(
  context: Context,
  invoice: Stripe.Invoice,
  { reason, givenBack }: CreditNoteTerms,
): Stripe.CreditNote.Refund[] {
  const linked = givenBack.refunds.map(({ refund, amountMinor }) => linkTo(refund, amountMinor))
  if (givenBack.refundMinor === 0) return linked
  const charge = chargeOfInvoice(context, invoice.id)
  if (charge === undefined) throw new Error(`a refund of invoice ${invoice.id}, which no charge paid`)
  const refund = refundCharge(context, charge, {
    amountMinor: givenBack.refundMinor,
    reason: reason === 'duplicate' || reason === 'fraudulent' ? reason : null,
    metadata: {},
  })
  return [...linked, linkTo(refund, givenBack.refundMinor)]
}

function linkTo(refund: Stripe.Refund, amountMinor: number): Stripe.CreditNote.Refund {
  return { amount_refunded: amountMinor, payment_record_refund: null, refund: refund.id, type: 'refund' }
}

function creditBalance(context: Context, note: Stripe.CreditNote, creditMinor: number): string | null {
  if (creditMinor === 0) return null
  return changeBalance(context, idOf(note.customer) ?? '', {
    amountMinor: -creditMinor,
    currency: note.currency,
    type: 'credit_note',
    creditNote: note.id,
    invoice: idOf(note.invoice),
  }).id
}

/** `1A2B3C4D-0001-CN-01`: counted for each invoice. */
function nextNumber(context: Context, invoice: Stripe.Invoice): string {
  const count = [...context.store.where('credit_note', 'invoice', invoice.id)].length
  return `${invoice.number ?? invoice.id}-CN-${String(count + 1).padStart(2, '0')}`
}
