import { z } from 'zod'
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
        'How many days a subscription that is past due still gives access, from when the oldest of its unpaid invoices was due. 0: none.',
      example: '7',
      whenUnset: '7',
    },
  ),
}
