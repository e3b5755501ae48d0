import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'

export interface CreditNoteInput {
  id: string
  invoice: Stripe.Invoice
  created: number
  effectiveAt: number
  lines: Stripe.CreditNoteLineItem[]
  number: string
  pdf: string
  memo: string | null
  metadata: Stripe.Metadata
  reason: Stripe.CreditNote.Reason | null
  outOfBandMinor: number | null
  /** The part that lowers what is left to pay, and the part that gives something back. Minor units. */
  prePaymentMinor: number
  postPaymentMinor: number
  amounts: CreditNoteAmounts
}

/** Minor units, as the fields of the same names. */
export type CreditNoteAmounts = Pick<
  Stripe.CreditNote,
  | 'discount_amount'
  | 'discount_amounts'
  | 'subtotal'
  | 'subtotal_excluding_tax'
  | 'total'
  | 'total_excluding_tax'
  | 'total_taxes'
>

/** A credit note whose refunds and balance transaction are still to be added. */
export function buildCreditNote(input: CreditNoteInput): Stripe.CreditNote {
  return {
    id: input.id,
    object: 'credit_note',
    amount: input.amounts.total,
    amount_shipping: 0,
    created: input.created,
    currency: input.invoice.currency,
    customer: idOf(input.invoice.customer) ?? '',
    customer_account: null,
    customer_balance_transaction: null,
    effective_at: input.effectiveAt,
    invoice: input.invoice.id,
    lines: {
      object: 'list',
      data: input.lines,
      has_more: false,
      url: `/v1/credit_notes/${input.id}/lines`,
    },
    livemode: false,
    memo: input.memo,
    metadata: input.metadata,
    number: input.number,
    out_of_band_amount: input.outOfBandMinor,
    pdf: input.pdf,
    post_payment_amount: input.postPaymentMinor,
    pre_payment_amount: input.prePaymentMinor,
    pretax_credit_amounts: [],
    reason: input.reason,
    refunds: [],
    shipping_cost: null,
    status: 'issued',
    type: typeOf(input),
    voided_at: null,
    ...input.amounts,
  }
}

function typeOf({ prePaymentMinor, postPaymentMinor }: CreditNoteInput): Stripe.CreditNote.Type {
  if (postPaymentMinor === 0) return 'pre_payment'
  return prePaymentMinor === 0 ? 'post_payment' : 'mixed'
}
