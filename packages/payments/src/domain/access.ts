import { isLive, type LiveStatus } from './subscription-status.ts'

/*
 * What an owner may use now: a function of the owner's mirror rows, the policy and the clock, and of nothing else. The table in
 * docs/3-access.md says the same; a test reads it there. Every subscription and purchase is judged by itself; who has two
 * keeps what either gives.
 *
 * Only Stripe ends a subscription. One that is `active` in the mirror although its period or its planned end lies behind us is one of
 * which we have not heard yet: silence takes nothing away (I12). The only end that time alone brings is that of the grace.
 */

export interface AccessPolicy {
  /** Days for which a `past_due` subscription still gives access, counted from `unpaidSince`. */
  pastDueGraceDays: number
}

/** A payment that paid for what is judged. */
export interface PayingPayment {
  amountMinor: number
  refundedMinor: number
  /** What banks took back: the amounts of its lost disputes. */
  lostMinor: number
}

export interface SubscriptionFacts {
  id: string
  status: string
  priceId: string
  productIds: readonly string[]
  features: readonly string[]
  currentPeriodStart: Date
  /** It ends then by plan; null when it renews. */
  endsAt: Date | null
  endedAt: Date | null
  /** When the oldest invoice unpaid since its newest paid period was due; null when the mirror has none. */
  unpaidSince: Date | null
  /** What paid the newest paid invoice that began a period. Empty when there is none, or it cost nothing. */
  payments: readonly PayingPayment[]
  /** What of that invoice these payments did not pay: the customer's balance did, or money that never went through Stripe. */
  paidOtherwiseMinor: number
}

export interface PurchaseFacts {
  /** The Checkout session. */
  id: string
  productIds: readonly string[]
  features: readonly string[]
  /** With a delayed method a finished Checkout is not paid yet. */
  isPaid: boolean
  payments: readonly PayingPayment[]
}

export interface AccessFacts {
  subscriptions: readonly SubscriptionFacts[]
  purchases: readonly PurchaseFacts[]
}

export const ACCESS_REASONS = [
  'active',
  'trialing',
  'past_due_in_grace',
  'past_due_grace_over',
  'unpaid',
  'paused',
  'incomplete',
  'ended',
  'unknown_status',
  'purchased',
  'payment_pending',
  'refunded',
  'dispute_lost',
] as const

export type AccessReason = (typeof ACCESS_REASONS)[number]

/** What one subscription or purchase gives, and why. */
export interface Grant {
  source: 'subscription' | 'purchase'
  id: string
  priceId: string | null
  productIds: readonly string[]
  features: readonly string[]
  isGranted: boolean
  reason: AccessReason
  /** When it ends, or ended; null when it goes on, or its end is not known. */
  until: Date | null
}

export interface FeatureAccess {
  name: string
  /** Null when one of the sources goes on. */
  until: Date | null
  /** Ids of the subscriptions and purchases that give it. */
  sources: readonly string[]
}

export interface Access {
  features: readonly FeatureAccess[]
  grants: readonly Grant[]
  /** When time alone changes it next; null when only news can. */
  changesAt: Date | null
}

const DAY_MS = 24 * 60 * 60_000

export function accessAt(facts: AccessFacts, policy: AccessPolicy, now: Date): Access {
  const grants = [
    ...facts.subscriptions.map((subscription) => judgeSubscription(subscription, policy, now)),
    ...facts.purchases.map(judgePurchase),
  ]
  const ends = grants.flatMap(({ isGranted, reason, until }) =>
    isGranted && reason === 'past_due_in_grace' && until ? [until.getTime()] : [],
  )
  return {
    features: featuresOf(grants),
    grants,
    changesAt: ends.length === 0 ? null : new Date(Math.min(...ends)),
  }
}

function judgeSubscription(facts: SubscriptionFacts, policy: AccessPolicy, now: Date): Grant {
  const grant = (isGranted: boolean, reason: AccessReason, until: Date | null = null): Grant => {
    const { id, priceId, productIds, features } = facts
    return { source: 'subscription', id, priceId, productIds, features, isGranted, reason, until }
  }
  const { status, endsAt, endedAt } = facts
  if (!isLive(status)) {
    const isEnded = status === 'canceled' || status === 'incomplete_expired'
    return isEnded ? grant(false, 'ended', endedAt) : grant(false, 'unknown_status')
  }
  const returned = facts.paidOtherwiseMinor > 0 ? null : moneyReturned(facts.payments)
  if (returned !== null) return grant(false, returned)
  return judgeLive(status)

  function judgeLive(live: LiveStatus): Grant {
    switch (live) {
      case 'active':
      case 'trialing':
        return grant(true, live, endsAt)
      case 'past_due': {
        const since = facts.unpaidSince ?? facts.currentPeriodStart
        const graceEnd = new Date(since.getTime() + policy.pastDueGraceDays * DAY_MS)
        const isOver = graceEnd.getTime() <= now.getTime()
        return grant(!isOver, isOver ? 'past_due_grace_over' : 'past_due_in_grace', graceEnd)
      }
      case 'unpaid':
      case 'paused':
      case 'incomplete':
        return grant(false, live)
      default:
        return live satisfies never
    }
  }
}

function judgePurchase({ id, productIds, features, isPaid, payments }: PurchaseFacts): Grant {
  const returned = moneyReturned(payments)
  const reason = returned ?? (isPaid ? 'purchased' : 'payment_pending')
  const isGranted = reason === 'purchased'
  return { source: 'purchase', id, priceId: null, productIds, features, isGranted, reason, until: null }
}

/**
 * Ends what was paid for only when nothing of the money is left: a part of it that was given back was a favour, one that was lost a loss. What was
 * paid in another way stays paid whatever becomes of the payments, so it is asked about before.
 */
function moneyReturned(payments: readonly PayingPayment[]): 'refunded' | 'dispute_lost' | null {
  const isReturned = ({ amountMinor, refundedMinor, lostMinor }: PayingPayment) =>
    refundedMinor + lostMinor >= amountMinor
  if (payments.length === 0 || !payments.every(isReturned)) return null
  return payments.some(({ lostMinor }) => lostMinor > 0) ? 'dispute_lost' : 'refunded'
}

/** By name; who gives it, and the latest end of those. */
function featuresOf(grants: readonly Grant[]): FeatureAccess[] {
  const byName = new Map<string, Grant[]>()
  for (const grant of grants.filter(({ isGranted }) => isGranted)) {
    for (const name of new Set(grant.features)) byName.set(name, [...(byName.get(name) ?? []), grant])
  }
  return [...byName].map(([name, from]) => ({
    name,
    until: latest(from.map(({ until }) => until)),
    sources: from.map(({ id }) => id),
  }))
}

function latest(ends: readonly (Date | null)[]): Date | null {
  const times = ends.flatMap((end) => (end === null ? [] : [end.getTime()]))
  return times.length < ends.length ? null : new Date(Math.max(...times))
}
