import { describe, expect, test } from 'vitest'
import {
  accessTransitions,
  duplicateSubscription,
  type SubscriptionFacts,
  subscriptionTransitions,
  trialNoticeAt,
} from './transitions.ts'

const NOW = new Date('2026-11-23T12:00:00Z')
const DAY_MS = 24 * 60 * 60_000
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS)

function subscription(facts: Partial<SubscriptionFacts> = {}): SubscriptionFacts {
  return {
    ...{ id: 'sub_1', status: 'active', price_id: 'price_1', quantity: 1, latest_invoice_id: 'in_1' },
    ...{ current_period_start: NOW, current_period_end: inDays(30), cancel_at_period_end: false },
    ...{ cancel_at: null, trial_end: null, synced_at: new Date(7) },
    ...facts,
  }
}

function types(before: Partial<SubscriptionFacts> | null, after: Partial<SubscriptionFacts>): string[] {
  return subscriptionTransitions(before && subscription(before), subscription(after), NOW).map(
    ({ type }) => type,
  )
}

describe('a subscription', () => {
  test.each([
    [null, 'active', ['subscription.activated']],
    [null, 'trialing', ['subscription.activated']],
    [null, 'incomplete', []],
    [null, 'canceled', []],
    [null, 'a status of tomorrow', []],
    ['incomplete', 'active', ['subscription.activated']],
    ['active', 'active', []],
    ['trialing', 'active', []],
    ['active', 'past_due', ['subscription.past_due']],
    ['past_due', 'past_due', []],
    ['past_due', 'active', ['subscription.activated']],
    ['active', 'canceled', ['subscription.canceled']],
    ['past_due', 'canceled', ['subscription.canceled']],
    ['incomplete', 'incomplete_expired', ['subscription.canceled']],
    ['canceled', 'canceled', []],
    ['active', 'a status of tomorrow', []],
    ['a status of tomorrow', 'canceled', ['subscription.canceled']],
  ])('%s → %s', (before, after, expected) => {
    expect(types(before === null ? null : { status: before }, { status: after })).toEqual(expected)
  })

  test('changes its plan', () => {
    expect(types({ price_id: 'price_0' }, {})).toEqual(['subscription.plan_changed'])
  })

  test('is canceled once, whoever finds it', () => {
    const [transition] = subscriptionTransitions(subscription(), subscription({ status: 'canceled' }), NOW)
    expect(transition?.dedupeKey).toBe('subscription.canceled:sub_1')
  })

  test('that becomes active first is one fact, and each time that it was not since is another', () => {
    const keys = [
      null,
      subscription({ status: 'incomplete', synced_at: new Date(1) }),
      subscription({ status: 'paused', synced_at: new Date(2) }),
      subscription({ status: 'paused', synced_at: new Date(3) }),
    ].map((before) => subscriptionTransitions(before, subscription(), NOW)[0]?.dedupeKey)
    const first = 'subscription.activated:sub_1:in_1'
    expect(keys).toEqual([first, first, `${first}:2`, `${first}:3`])
  })

  test('going past due for another invoice is another fact', () => {
    const keys = ['in_1', 'in_2'].map(
      (latest_invoice_id) =>
        subscriptionTransitions(
          subscription(),
          subscription({ status: 'past_due', latest_invoice_id }),
          NOW,
        )[0]?.dedupeKey,
    )
    expect(new Set(keys).size).toBe(2)
  })
})

describe('the end of a trial', () => {
  const trial = subscription({ status: 'trialing', trial_end: inDays(3) })
  const told = (facts: SubscriptionFacts, now: Date) =>
    subscriptionTransitions(facts, facts, now).map(({ dedupeKey }) => dedupeKey)

  test('is announced from three days before, though nothing changed', () => {
    expect(told(trial, new Date(NOW.getTime() - 1))).toEqual([])
    expect(told(trial, NOW)).toEqual([expect.stringContaining('subscription.trial_ending:sub_1:')])
    expect(trialNoticeAt(trial)).toEqual(NOW)
  })

  test('is another fact when the trial was extended', () => {
    const extended = { ...trial, trial_end: inDays(2) }
    expect(told(trial, NOW)).not.toEqual(told(extended, NOW))
  })

  test('is none where there is no trial any more', () => {
    expect(told({ ...trial, status: 'active' }, NOW)).toEqual([])
  })
})

describe('access', () => {
  const grant = {
    ...{ source: 'subscription' as const, id: 'sub_1', price_id: 'price_1', product_ids: ['prod_1'] },
    ...{ features: ['Exports'], is_granted: true, reason: 'trialing' as const, until: null },
  }
  const features = [{ name: 'Exports', until: null, sources: ['sub_1'] }]
  const has = { has_access: true, features, grants: [grant], changes_at: null }
  const none = { has_access: false, features: [], grants: [], changes_at: null }

  test('that came names what was gained, and that went what was lost', () => {
    expect(accessTransitions('ann', 1, none, has)).toMatchObject([
      { dedupeKey: 'access.changed:ann:1', payload: { gained: ['Exports'], lost: [] } },
    ])
    expect(accessTransitions('ann', 2, has, none)).toMatchObject([{ payload: { lost: ['Exports'] } }])
  })

  test('that ends at another time has changed; for another reason it has not', () => {
    const ending = { ...has, grants: [{ ...grant, until: '2027-01-01T00:00:00Z' }] }
    expect(accessTransitions('ann', 1, has, ending)).toHaveLength(1)
    expect(accessTransitions('ann', 1, has, { ...has, grants: [{ ...grant, reason: 'active' }] })).toEqual([])
  })
})

test('one subscription is no duplicate, two are', () => {
  expect([duplicateSubscription(['sub_1']), duplicateSubscription(['sub_1', 'sub_2'])]).toMatchObject([
    [],
    [{ dedupeKey: 'duplicate_subscription.detected:sub_1,sub_2' }],
  ])
})
