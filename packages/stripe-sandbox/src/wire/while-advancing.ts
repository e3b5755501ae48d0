import type { Store } from '../store/store.ts'
import { timelineOfIds } from '../time/timeline-of.ts'
import { StripeApiError } from './errors.ts'

/** Nothing that belongs to a test clock can be changed while the clock is on its way. */
export function refuseWhileAdvancing(store: Store, ids: Iterable<string>): void {
  const timeline = timelineOfIds(store, ids)
  if (timeline === null || store.get('test_helpers.test_clock', timeline)?.status !== 'advancing') return
  throw new StripeApiError(
    `Test clock ${timeline} is advancing. Wait until its status is ready before you change anything that belongs to it.`,
    { code: 'status_transition_invalid', isRemembered: false },
  )
}
