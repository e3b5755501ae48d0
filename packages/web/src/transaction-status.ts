import type { Transaction } from './api/history.ts'

/** What became of it in a word for the badge, where Stripe's own would say something else to a person. */
export function shownStatus({
  type,
  status,
  amount,
}: Pick<Transaction, 'type' | 'status' | 'amount'>): string {
  if (type === 'refund' && status === 'succeeded') return 'refunded'
  // Stripe calls it paid, but nobody paid anything: it is put to the customer's balance.
  if (type === 'invoice' && status === 'paid' && amount < 0) return 'credited'
  return status
}
