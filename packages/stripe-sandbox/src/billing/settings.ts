/** What a Stripe account sets in its Dashboard about billing. */
export interface BillingSettings {
  /** Days from one failed attempt to the next; after the last one `afterLastRetry` happens. */
  retryAfterDays: readonly number[]
  /** What becomes of a subscription whose invoice failed for the last time. `pause` needs flexible billing mode. */
  afterLastRetry: 'cancel' | 'unpaid' | 'past_due' | 'pause'
  /** How long a renewal's draft waits before it is finalized and charged. */
  finalizeAfterSeconds: number
  /** `invoice.upcoming` so many days before a renewal; null: never. */
  upcomingInvoiceDays: number | null
  /** `invoice.will_be_due` so many days before an invoice that was sent is due; null: never. */
  willBeDueDays: number | null
}

/** Stripe's own, but for the retries: a fixed schedule in place of Smart Retries, which nobody outside can predict. */
export const defaultBillingSettings: BillingSettings = {
  retryAfterDays: [3, 5, 7],
  afterLastRetry: 'cancel',
  finalizeAfterSeconds: 3600,
  upcomingInvoiceDays: 7,
  willBeDueDays: 3,
}
