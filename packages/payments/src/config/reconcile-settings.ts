import { z } from 'zod'
import { setting } from './setting.ts'
import { seconds } from './values.ts'

/** How the mirror learns what no webhook told, how long that is kept, and how often Stripe may be called. */
export const RECONCILE_SETTINGS = {
  EVENT_FEED: setting(
    z.enum(['beside', 'only', 'off'], { error: 'must be beside, only or off' }).default('beside'),
    {
      about:
        "Stripe's list of events. `beside`: read after the webhooks, for what they missed. `only`: there is no webhook endpoint, every event comes from the list. `off`: never read.",
      example: 'beside',
      whenUnset: '`beside`',
    },
  ),
  EVENT_SETTLE_MS: setting(
    z.coerce.number('must be a number of milliseconds').int().min(0).max(60_000).default(1_000),
    {
      about:
        'How long an event waits for others of its customer before all are worked off with one look at Stripe. The success page and whoever calls the API do not wait for it.',
      example: '1000',
      whenUnset: '1000',
    },
  ),
  EVENT_FEED_SECONDS: setting(seconds(1, 3600).default(60), {
    about: 'How often the list of events is read. One process at a time reads it.',
    example: '60',
    whenUnset: '60',
  }),
  SWEEP_HOURS: setting(z.coerce.number('must be a number of hours').min(0).max(720).default(6), {
    about:
      'How long after one comparison of everything live with Stripe the next begins; 0: none. 100 objects cost one call.',
    example: '6',
    whenUnset: '6',
  }),
  EVENT_RETENTION_DAYS: setting(
    z.coerce
      .number('must be a number of days')
      .int()
      .min(
        35,
        'must be at least 35: Stripe lists events for 30 days, and what was dropped would be taken in again',
      )
      .max(3_650)
      .default(90),
    {
      about:
        'How long events are kept in the database with their bodies. Whole weeks are dropped, at once. Events that wait or were given up keep their week. Records of drift are kept as long.',
      example: '90',
      whenUnset: '90',
    },
  ),
  OUTBOX_RETENTION_DAYS: setting(
    z.coerce
      .number('must be a number of days')
      .int()
      .min(35, 'must be at least 35: what is found again in those days is told once')
      .max(3_650)
      .default(90),
    {
      about:
        'How long app events are kept in the outbox, also those that were given up. Whole weeks are dropped, at once. App events that wait keep their week.',
      example: '90',
      whenUnset: '90',
    },
  ),
  STRIPE_CALLS_PER_SECOND: setting(
    z.coerce.number('must be a number').min(1, 'must be at least 1').max(10_000).optional(),
    {
      about:
        'Calls to Stripe a second that all processes of one database send together at most. It falls by itself when Stripe says 429, and comes back.',
      example: '80',
      whenUnset: '25 with a test key, 80 with a live one, as many as wanted with STRIPE_API_BASE',
    },
  ),
}
