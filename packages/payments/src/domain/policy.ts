import type { AccessPolicy } from './access.ts'

export const DUPLICATE_POLICIES = ['alert', 'cancel-newer-and-refund'] as const

/** What the operator decides, and Stripe cannot know. */
export interface Policy extends AccessPolicy {
  /**
   * What is done about an owner who was found with more than one subscription that has not ended. alert: the app and the operator are told.
   * cancel-newer-and-refund: all but the oldest are ended at once, and the newest invoice of each is refunded, as soon as it is paid; nothing
   * is done where the oldest is not paid for, or ends by plan. While a bank debit for the oldest is on its way, that is waited for.
   */
  duplicates: (typeof DUPLICATE_POLICIES)[number]
}

export const DEFAULT_POLICY: Policy = { pastDueGraceDays: 7, duplicates: 'alert' }

/** A policy as it is asked for; what is left out or undefined has its default. */
export type PolicyOptions = { [Setting in keyof Policy]?: Policy[Setting] | undefined }

export const MOST_GRACE_DAYS = 365

/**
 * The types do not hold in plain JavaScript, nor for the number of a variable that is not set: a grace that is no number ends never, and a policy for
 * duplicates that is none falls through to whatever is asked about last.
 * @throws RangeError
 */
export function policyFrom(asked: PolicyOptions = {}): Policy {
  const { pastDueGraceDays = DEFAULT_POLICY.pastDueGraceDays, duplicates = DEFAULT_POLICY.duplicates } = asked
  // NaN fails every comparison, and so does text that is no number; text that is one would be added up as text.
  const isGrace =
    typeof pastDueGraceDays === 'number' && pastDueGraceDays >= 0 && pastDueGraceDays <= MOST_GRACE_DAYS
  if (!isGrace) {
    throw wrong('pastDueGraceDays', `a number of days from 0 to ${MOST_GRACE_DAYS}`, pastDueGraceDays)
  }
  if (!DUPLICATE_POLICIES.includes(duplicates)) {
    throw wrong('duplicates', DUPLICATE_POLICIES.join(' or '), duplicates)
  }
  return { pastDueGraceDays, duplicates }
}

function wrong(setting: keyof Policy, may: string, is: unknown): RangeError {
  return new RangeError(`policy.${setting} must be ${may}, and is "${String(is)}"`)
}
