import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AccessFacts,
  accessAt,
  type Grant,
  type PurchaseFacts,
  type SubscriptionFacts,
} from './access.ts'

const NOW = new Date('2026-11-23T12:00:00Z')
const DAY_MS = 24 * 60 * 60_000
const POLICY = { pastDueGraceDays: 7 }
const days = (count: number) => new Date(NOW.getTime() + count * DAY_MS)
const paid = { amountMinor: 2900, refundedMinor: 0, lostMinor: 0 }

const SUBSCRIPTION: SubscriptionFacts = {
  id: 'sub_1',
  status: 'active',
  priceId: 'price_1',
  productIds: ['prod_1'],
  features: ['Exports'],
  currentPeriodStart: days(-10),
  endsAt: null,
  endedAt: null,
  unpaidSince: null,
  payments: [paid],
  paidOtherwiseMinor: 0,
}

const PURCHASE: PurchaseFacts = {
  ...{ id: 'cs_1', productIds: ['prod_2'], features: ['Book'], isPaid: true, payments: [paid] },
}

/** The words of the table's columns, as facts. A word that is not here fails the test. */
const STRIPE_SAYS: Record<string, Partial<SubscriptionFacts & PurchaseFacts>> = {
  'anything new': { status: 'hibernating' },
  'any live status': { status: 'trialing' },
  paid: { isPaid: true },
  'not paid yet': { isPaid: false, payments: [] },
  canceled: { status: 'canceled', endedAt: days(-1) },
  incomplete_expired: { status: 'incomplete_expired', endedAt: days(-1) },
}
const AND: Record<string, Partial<SubscriptionFacts>> = {
  '': {},
  'the money of its period was given back in full': { payments: [{ ...paid, refundedMinor: 2900 }] },
  'the money was given back in full': { payments: [{ ...paid, refundedMinor: 2900 }] },
  'all the money of its period was lost in a dispute': { payments: [{ ...paid, lostMinor: 2900 }] },
  'all the money was lost in a dispute': { payments: [{ ...paid, lostMinor: 2900 }] },
  'a part of the money was lost in a dispute, and the rest given back': {
    payments: [{ ...paid, refundedMinor: 1900, lostMinor: 1000 }],
  },
  'a part of the money was given back': { payments: [{ ...paid, refundedMinor: 2899 }] },
  'a part of the money was lost in a dispute': { payments: [{ ...paid, lostMinor: 2899 }] },
  "what was paid was given back in full, and the customer's balance had paid a part of the period": {
    payments: [{ ...paid, refundedMinor: 2900 }],
    paidOtherwiseMinor: 2000,
  },
  'what was paid was lost in a dispute, and a part of the period was paid outside of Stripe': {
    payments: [{ ...paid, lostMinor: 2900 }],
    paidOtherwiseMinor: 1,
  },
  'it ends by plan': { endsAt: days(20) },
  'its planned end is over, and Stripe has not said that it ended': { endsAt: days(-2) },
  'its period is over, and Stripe has not said anything': { currentPeriodStart: days(-400) },
  'within the grace': { unpaidSince: days(-6.9), payments: [] },
  'the grace is over': { unpaidSince: days(-7), payments: [] },
}
const UNTIL: Record<string, (facts: SubscriptionFacts) => Date | null> = {
  '': () => null,
  'its end': ({ endedAt }) => endedAt,
  'its planned end': ({ endsAt }) => endsAt,
  'end of the grace': ({ unpaidSince }) =>
    unpaidSince && new Date(unpaidSince.getTime() + POLICY.pastDueGraceDays * DAY_MS),
}

const document = readFileSync(join(import.meta.dirname, '../../../../docs/3-access.md'), 'utf8')
const lines = document
  .split('\n')
  .filter((line) => /^\| (subscription|purchase) \|/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )

describe('the table in docs/3-access.md', () => {
  test('has a line for every status', () => {
    const statuses = lines.flatMap(([what, status = '']) => (what === 'subscription' ? [status] : []))
    expect(statuses).toEqual(
      expect.arrayContaining([
        'active',
        'trialing',
        'past_due',
        'unpaid',
        'paused',
        'incomplete',
        'canceled',
      ]),
    )
  })

  test.each(lines)('%s, %s %s: access %s', (what, says = '', and = '', access, until = '', reason) => {
    const change = AND[and]
    if (!change) throw new Error(`The test does not know what "${and}" means`)
    const facts = { ...SUBSCRIPTION, status: says, ...STRIPE_SAYS[says], ...change }
    const judged =
      what === 'purchase'
        ? judge({ purchases: [{ ...PURCHASE, ...facts, id: 'cs_1' }] })
        : judge({ subscriptions: [facts] })
    if (access === 'as without it') {
      expect(judged).toEqual(
        judge({ subscriptions: [{ ...facts, payments: [paid], paidOtherwiseMinor: 0 }] }),
      )
      return
    }
    expect(judged).toMatchObject({ isGranted: access === 'yes', reason, until: UNTIL[until]?.(facts) })
  })
})

test('who has two keeps what either gives, for the longer of the two times', () => {
  const ending = { ...SUBSCRIPTION, id: 'sub_2', features: ['Exports', 'Seats'], endsAt: days(3) }
  const gone = { ...SUBSCRIPTION, id: 'sub_3', status: 'canceled', features: ['Gone'] }
  const { features } = accessAt({ subscriptions: [SUBSCRIPTION, ending, gone], purchases: [] }, POLICY, NOW)
  expect(features).toEqual([
    { name: 'Exports', until: null, sources: ['sub_1', 'sub_2'] },
    { name: 'Seats', until: days(3), sources: ['sub_2'] },
  ])
})

test('time alone changes it when the first grace ends, and then never again', () => {
  const late = { ...SUBSCRIPTION, status: 'past_due', unpaidSince: days(-2), payments: [] }
  const facts = { subscriptions: [late, { ...late, id: 'sub_2', unpaidSince: days(-1) }], purchases: [] }
  expect(accessAt(facts, POLICY, NOW).changesAt).toEqual(days(5))
  expect(accessAt(facts, POLICY, days(5)).changesAt).toEqual(days(6))
  expect(accessAt(facts, POLICY, days(6))).toMatchObject({ changesAt: null, features: [] })
})

test('without an unpaid invoice in the mirror the grace counts from the period; without grace there is none', () => {
  const late = { ...SUBSCRIPTION, status: 'past_due', currentPeriodStart: days(-1), payments: [] }
  expect(judge({ subscriptions: [late] })).toMatchObject({ isGranted: true, until: days(6) })
  const noGrace = accessAt({ subscriptions: [late], purchases: [] }, { pastDueGraceDays: 0 }, NOW)
  expect(noGrace.grants).toMatchObject([{ isGranted: false, reason: 'past_due_grace_over' }])
})

test('whatever status Stripe invents, it gives nothing', () => {
  const known = ['active', 'trialing', 'past_due']
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (status, hasEnd) => {
      fc.pre(!known.includes(status))
      const facts = { ...SUBSCRIPTION, status, endsAt: hasEnd ? days(3) : null }
      expect(judge({ subscriptions: [facts] })?.isGranted).toBe(false)
    }),
  )
})

function judge(facts: Partial<AccessFacts>): Grant | undefined {
  return accessAt({ subscriptions: [], purchases: [], ...facts }, POLICY, NOW).grants[0]
}
