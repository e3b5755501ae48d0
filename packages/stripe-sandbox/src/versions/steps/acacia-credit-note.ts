import type Stripe from 'stripe'
import { idOf } from '../../store/tables.ts'
import { oldTaxes } from './acacia-taxes.ts'

/** A credit note that had room for one refund. */
export function oldCreditNote(note: Stripe.CreditNote): object {
  return {
    ...note,
    refund: idOf(note.refunds[0]?.refund),
    tax_amounts: oldTaxes(note.total_taxes ?? []),
  }
}

export function oldCreditNoteLine(line: Stripe.CreditNoteLineItem): object {
  const taxes = line.taxes ?? []
  const inclusive = taxes.filter((tax) => tax.tax_behavior === 'inclusive')
  const withoutTax = line.amount - inclusive.reduce((sum, tax) => sum + tax.amount, 0)
  return {
    ...line,
    amount_excluding_tax: withoutTax,
    tax_amounts: oldTaxes(taxes),
    unit_amount_excluding_tax: line.quantity ? String(withoutTax / line.quantity) : null,
  }
}
