import { z } from 'zod'
import { DEFAULT_POLICY, DUPLICATE_POLICIES, MOST_GRACE_DAYS } from '../domain/policy.ts'
import { setting } from './setting.ts'

const A_GRACE = `must be a number of days from 0 to ${MOST_GRACE_DAYS}`

/** What the operator decides, and Stripe cannot know. */
export const POLICY_SETTINGS = {
  PAST_DUE_GRACE_DAYS: setting(
    z.coerce
      .number('must be a number of days')
      .min(0, A_GRACE)
      .max(MOST_GRACE_DAYS, A_GRACE)
      .default(DEFAULT_POLICY.pastDueGraceDays),
    {
      about:
        'How many days a subscription that is past due still gives access, from when the oldest invoice unpaid since its newest paid period was due. 0: none.',
      example: '7',
      whenUnset: '7',
    },
  ),
  DUPLICATE_SUBSCRIPTIONS: setting(
    z
      .enum(DUPLICATE_POLICIES, { error: `must be ${DUPLICATE_POLICIES.join(' or ')}` })
      .default(DEFAULT_POLICY.duplicates),
    {
      about:
        'What is done when an owner is found with two subscriptions that have not ended. `alert`: the app and the operator are told. `cancel-newer-and-refund`: all but the oldest are ended at once, and the newest invoice of each is refunded, as soon as it is paid; nothing is done where the oldest is not paid for, or ends by plan. While a bank debit for the oldest is on its way, that is waited for.',
      example: 'alert',
      whenUnset: '`alert`',
    },
  ),
}
