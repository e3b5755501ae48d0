import type { AccessPolicy } from './access.ts'

export const DUPLICATE_POLICIES = ['alert', 'cancel-newer-and-refund'] as const

/** What the operator decides, and Stripe cannot know. */
export interface Policy extends AccessPolicy {
  /**
   * What is done about an owner who was found with more than one subscription that has not ended. alert: the app and the operator are told.
   * cancel-newer-and-refund: all but the oldest are ended at once, and the newest invoice of each is refunded; nothing is done where the
   * oldest is not paid for, or ends by plan.
   */
  duplicates: (typeof DUPLICATE_POLICIES)[number]
}

export const DEFAULT_POLICY: Policy = { pastDueGraceDays: 7, duplicates: 'alert' }
