/** ISO 8601 UTC in whole seconds, as every time that leaves Billhook: `2024-02-01T00:00:00Z`. Stripe's times have no fractions to lose. */
export function instant(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
