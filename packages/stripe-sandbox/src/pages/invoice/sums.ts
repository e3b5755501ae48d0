import { formatAmount } from '../../billing/currency.ts'
import type { HostedInvoice } from '../../billing/hosted-invoice.ts'

export interface Sum {
  label: string
  amount: string
  /** The one that ends the list. */
  isLast: boolean
}

/** Writes an amount of minor units: with a currency's sign on a page, with what its font has in a PDF. */
export type FormatAmount = (amountMinor: number, currency: string) => string

/** The sums below the lines, from subtotal to what is left to pay. Every step from one to the other is there. */
export function invoiceSums(hosted: HostedInvoice, format: FormatAmount = formatAmount): Sum[] {
  const { invoice, creditNotes } = hosted
  const sum = (label: string, amountMinor: number, isLast = false): Sum => ({
    label,
    amount: format(amountMinor, invoice.currency),
    isLast,
  })
  const some = (label: string, amountMinor: number): Sum[] =>
    amountMinor === 0 ? [] : [sum(label, amountMinor)]
  const balanceMinor = invoice.starting_balance - (invoice.ending_balance ?? invoice.starting_balance)
  return [
    sum('Subtotal', invoice.subtotal),
    ...hosted.adjustments.map(({ label, amountMinor }) => sum(label, amountMinor)),
    sum('Total', invoice.total),
    ...some(balanceLabel(hosted, balanceMinor), balanceMinor),
    ...creditNotes.flatMap((note) => some(`Credit note ${note.number}`, -note.pre_payment_amount)),
    ...some('Amount paid', invoice.amount_paid),
    sum('Amount due', invoice.status === 'void' ? 0 : invoice.amount_remaining, true),
  ]
}

/** What became of the difference between what an invoice comes to and what was asked for. */
function balanceLabel({ invoice }: HostedInvoice, balanceMinor: number): string {
  if (invoice.total < 0 && balanceMinor > 0) return 'Credited to the balance'
  if (invoice.amount_due === 0 && balanceMinor < 0 && (invoice.ending_balance ?? 0) > 0) {
    return 'Carried over to the next invoice'
  }
  return 'Applied balance'
}
