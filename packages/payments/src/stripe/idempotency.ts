/**
 * The idempotency key of one intent: installation, what is asked, and the row that asks. The same row asks under the same
 * key for as long as Stripe remembers it (24 hours at least), so a repeat after a crash finds the first answer again. Two
 * databases on one Stripe account never share a key.
 */
export function idempotencyKey(installationId: string, what: string, rowId: string | number): string {
  return `billhook:${installationId}:${what}:${rowId}`
}
