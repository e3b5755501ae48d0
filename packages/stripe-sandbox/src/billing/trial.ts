import type { SubscriptionTerms } from './records.ts'

/** When a trial that begins at `now` ends; null for no trial. Unix seconds. */
export function trialEndAt(terms: SubscriptionTerms | null, now: number): number | null {
  if (terms === null) return null
  return terms.trialPeriodDays === null ? terms.trialEnd : now + terms.trialPeriodDays * 86_400
}
