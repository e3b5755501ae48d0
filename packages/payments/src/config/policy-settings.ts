import { z } from 'zod'
import { DUPLICATE_POLICIES } from '../domain/policy.ts'
import { setting } from './setting.ts'

/** What the operator decides, and Stripe cannot know. */
export const POLICY_SETTINGS = {
  PAST_DUE_GRACE_DAYS: setting(
    z.coerce
      .number('must be a number of days')
      .min(0, 'must be a number of days from 0 to 365')
      .max(365, 'must be a number of days from 0 to 365')
      .default(7),
    {
      about:
        'How many days a subscription that is past due still gives access, from when the oldest invoice unpaid since its newest paid period was due. 0: none.',
      example: '7',
      whenUnset: '7',
    },
  ),
  DUPLICATE_SUBSCRIPTIONS: setting(
    z.enum(DUPLICATE_POLICIES, { error: `must be ${DUPLICATE_POLICIES.join(' or ')}` }).default('alert'),
    {
      about:
        'What is done when an owner is found with two subscriptions that have not ended. `alert`: the app and the operator are told. `cancel-newer-and-refund`: all but the oldest are ended at once, and the newest invoice of each is refunded; nothing is done where the oldest is not paid for, or ends by plan.',
      example: 'alert',
      whenUnset: '`alert`',
    },
  ),
}
