import type { AccessPolicy } from './access.ts'

/** What the operator decides, and Stripe cannot know. */
export interface Policy extends AccessPolicy {}

export const DEFAULT_POLICY: Policy = { pastDueGraceDays: 7 }
