import type { AppEventData, AppEventType, SubscriptionData } from './app-events.ts'
import { instant } from './instant.ts'
import type { PresentedAccess } from './present-access.ts'

/**
 * A difference between the old and the new mirror row that means something to the app. `dedupeKey` is a function of the fact and of
 * nothing else, so that the fact is told once however often, and by whomever, it is found.
 */
export type Transition = {
  [Type in AppEventType]: { type: Type; dedupeKey: string; payload: AppEventData[Type] }
}[AppEventType]

/**
 * Whether every sync finds it again for as long as it is so: then that it was told must never be forgotten. Anything else is found in a
 * difference between the old and the new row, which is there once.
 */
export function lasts({ type }: Transition): boolean {
  return (
    type === 'payment.failed' ||
    type === 'payment.action_required' ||
    type === 'duplicate_subscription.detected'
  )
}

/** What transitions of a subscription depend on, named as in the mirror. */
export interface SubscriptionFacts {
  id: string
  status: string
  price_id: string
  quantity: number | null
  current_period_start: Date
  current_period_end: Date
  cancel_at_period_end: boolean
  cancel_at: Date | null
  trial_end: Date | null
  latest_invoice_id: string | null
  synced_at: Date
}

/** Stripe announces the end of a trial so long before; of a shorter one when it begins. */
const TRIAL_NOTICE_MS = 3 * 24 * 60 * 60_000

/** `before` is null for a subscription seen for the first time. One that had ended by then never meant anything to the app. */
export function subscriptionTransitions(
  before: SubscriptionFacts | null,
  after: SubscriptionFacts,
  now: Date,
): Transition[] {
  const { id, status, price_id, latest_invoice_id: invoice } = after
  const payload = dataOf(after)
  const found: Transition[] = []
  if (isPaidUp(after.status) && !isPaidUp(before?.status)) {
    const dedupeKey = `subscription.activated:${id}:${invoice}${leftBy(before)}`
    found.push({ type: 'subscription.activated', dedupeKey, payload })
  }
  found.push(...trialEnding(after, now))
  if (status === 'past_due' && before?.status !== 'past_due') {
    const dedupeKey = `subscription.past_due:${id}:${invoice}${leftBy(before)}`
    found.push({ type: 'subscription.past_due', dedupeKey, payload })
  }
  if (before && before.price_id !== price_id) {
    const change = { ...payload, previous_price_id: before.price_id }
    // A plan can go there and back within one period: the row that it was told from makes it one fact.
    const dedupeKey = `subscription.plan_changed:${id}:${price_id}:${before.synced_at.getTime()}`
    found.push({ type: 'subscription.plan_changed', dedupeKey, payload: change })
  }
  if (before && !hasEnded(before.status) && hasEnded(status)) {
    found.push({ type: 'subscription.canceled', dedupeKey: `subscription.canceled:${id}`, payload })
  }
  return found
}

/**
 * A state can be left and come back with the same invoice (a pause): the row that it was told from makes it one fact. Syncs of one customer
 * follow one another, so that no two find a difference to the same row. The first time is one fact whoever finds it.
 */
function leftBy(before: SubscriptionFacts | null): string {
  return before === null || before.status === 'incomplete' ? '' : `:${before.synced_at.getTime()}`
}

/** From three days before a trial ends, with or without an event that says so. Once for each end: a trial can be extended. */
export function trialEnding(facts: SubscriptionFacts, now: Date): Transition[] {
  const at = trialNoticeAt(facts)
  if (at === null || facts.trial_end === null || at.getTime() > now.getTime()) return []
  const dedupeKey = `subscription.trial_ending:${facts.id}:${facts.trial_end.getTime() / 1000}`
  return [{ type: 'subscription.trial_ending', dedupeKey, payload: dataOf(facts) }]
}

/** When the end of its trial is to be announced; null when it has none. */
export function trialNoticeAt({ status, trial_end: end }: Pick<SubscriptionFacts, 'status' | 'trial_end'>) {
  return status === 'trialing' && end !== null ? new Date(end.getTime() - TRIAL_NOTICE_MS) : null
}

function dataOf(facts: SubscriptionFacts): SubscriptionData {
  const { id, status, price_id, quantity, cancel_at_period_end, cancel_at, trial_end } = facts
  const endsAt = cancel_at_period_end ? facts.current_period_end : cancel_at
  return {
    subscription_id: id,
    status,
    price_id,
    quantity,
    current_period_start: instant(facts.current_period_start),
    current_period_end: instant(facts.current_period_end),
    ends_at: endsAt && instant(endsAt),
    trial_end: trial_end && instant(trial_end),
  }
}

/**
 * What an owner may use differs: a feature came or went, or ends at another time; or the same of a subscription or purchase. Another
 * reason alone (a trial that became a paid time) is no change.
 * @param version counts the changes of this owner
 */
export function accessTransitions(
  ownerId: string,
  version: number,
  before: PresentedAccess,
  after: PresentedAccess,
): Transition[] {
  const [told, now] = [before, after].map(({ grants }) =>
    JSON.stringify(
      grants
        .filter(({ is_granted }) => is_granted)
        .map(({ id, product_ids, features, until }) => ({ id, product_ids, features, until })),
    ),
  )
  if (told === now) return []
  const names = ({ features }: PresentedAccess) => features.map(({ name }) => name)
  const [had, has] = [names(before), names(after)]
  const payload = {
    ...after,
    gained: has.filter((name) => !had.includes(name)),
    lost: had.filter((name) => !has.includes(name)),
  }
  return [{ type: 'access.changed', dedupeKey: `access.changed:${ownerId}:${version}`, payload }]
}

/** @param unendedIds every subscription of the owner that has not ended; nothing when there is one at most */
export function duplicateSubscription(unendedIds: readonly string[]): Transition[] {
  if (unendedIds.length < 2) return []
  const subscriptionIds = unendedIds.toSorted((a, b) => (a < b ? -1 : 1))
  const dedupeKey = `duplicate_subscription.detected:${subscriptionIds.join(',')}`
  return [
    { type: 'duplicate_subscription.detected', dedupeKey, payload: { subscription_ids: subscriptionIds } },
  ]
}

function isPaidUp(status: string | undefined): boolean {
  return status === 'active' || status === 'trialing'
}

function hasEnded(status: string): boolean {
  return status === 'canceled' || status === 'incomplete_expired'
}
