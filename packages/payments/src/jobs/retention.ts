import { withJobLease } from '../reconcile/job-lease.ts'
import type { SyncContext } from '../sync/context.ts'
import { addComingWeeks, dropOldWeeks, forgetOldDrift } from './inbox-retention.ts'
import { addComingOutboxWeeks, dropOldOutboxWeeks, forgetOldKeys } from './outbox-retention.ts'
import { createRepeat, type Repeat } from './repeat.ts'

export interface RetentionSettings {
  /** How long a settled event is kept at least, from when Stripe made it; a record of drift from when it was found. */
  eventDays: number
  /** How long an app event is kept at least, from when it was told. */
  outboxDays: number
}

/** Nothing of Stripe. */
export type RetentionContext = Pick<SyncContext, 'db' | 'clock' | 'log'>

/** To be asked between two steps: false when another replica has taken over, or this one is stopping. */
export type GoesOn = () => Promise<boolean>

const HOUR_MS = 60 * 60_000

/** Keeps the inbox, the outbox and the records of drift from growing for ever. One replica at a time. */
export function createRetention(context: SyncContext, settings: RetentionSettings): Repeat {
  return createRepeat(context, {
    name: 'retention',
    everyMs: HOUR_MS,
    async work(signal) {
      await withJobLease(context, 'retention', signal, async ({ goesOn }) => {
        await addComingWeeks(context, signal)
        await addComingOutboxWeeks(context, signal)
        await dropOldWeeks(context, settings, goesOn, signal)
        await dropOldOutboxWeeks(context, settings, goesOn, signal)
        await forgetOldKeys(context, settings, goesOn)
        await forgetOldDrift(context, settings, goesOn)
      })
    },
  })
}
