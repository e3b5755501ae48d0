import { describe, expect, test } from 'vitest'
import {
  checkoutSessionTransitions,
  duplicateSubscription,
  invoiceTransitions,
  paymentTransitions,
  type SubscriptionFacts,
  subscriptionTransitions,
} from './transitions.ts'

function subscription(facts: Partial<SubscriptionFacts> = {}): SubscriptionFacts {
  return {
    ...{ id: 'sub_1', status: 'active', price_id: 'price_1', quantity: 1, latest_invoice_id: 'in_1' },
    synced_at: new Date(7),
    ...facts,
  }
}

function types(before: Partial<SubscriptionFacts> | null, after: Partial<SubscriptionFacts>): string[] {
  return subscriptionTransitions(before && subscription(before), subscription(after)).map(({ type }) => type)
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
  ])('%s → %s', (before, after, expected) => {
    expect(types(before === null ? null : { status: before }, { status: after })).toEqual(expected)
  })

  test('changes its plan', () => {
    expect(types({ price_id: 'price_0' }, {})).toEqual(['subscription.plan_changed'])
  })

  test('is canceled once, whoever finds it', () => {
    const [transition] = subscriptionTransitions(subscription(), subscription({ status: 'canceled' }))
    expect(transition?.dedupeKey).toBe('subscription.canceled:sub_1')
  })

  test('going past due for another invoice is another fact', () => {
    const keys = ['in_1', 'in_2'].map(
      (latest_invoice_id) =>
        subscriptionTransitions(subscription(), subscription({ status: 'past_due', latest_invoice_id }))[0]
          ?.dedupeKey,
    )
    expect(new Set(keys).size).toBe(2)
  })
})

describe('a renewal', () => {
  const paid = {
    ...{ id: 'in_2', status: 'paid', billing_reason: 'subscription_cycle', subscription_id: 'sub_1' },
    ...{ amount_paid_minor: 900, currency: 'usd' },
  }

  test('is told when its invoice is paid', () => {
    expect(invoiceTransitions({ ...paid, status: 'open' }, paid)).toMatchObject([
      { type: 'subscription.renewed', dedupeKey: 'subscription.renewed:sub_1:in_2' },
    ])
  })

  test.each([
    ['not yet paid', { ...paid, status: 'open' }],
    ['the first invoice', { ...paid, billing_reason: 'subscription_create' }],
  ])('is not: %s', (_, after) => {
    expect(invoiceTransitions(null, after)).toEqual([])
  })
})

describe('a payment', () => {
  const payment = {
    ...{ id: 'pi_1', status: 'succeeded', currency: 'usd', amount_minor: 900 },
    ...{ amount_refunded_minor: 0, failure_code: null },
  }
  const failed = { ...payment, status: 'requires_payment_method', failure_code: 'card_declined' }

  test('fails once per attempt', () => {
    const keys = ['ch_1', 'ch_1', 'ch_2'].map(
      (charge) => paymentTransitions(null, failed, charge)[0]?.dedupeKey,
    )
    expect(keys).toEqual(['payment.failed:pi_1:ch_1', 'payment.failed:pi_1:ch_1', 'payment.failed:pi_1:ch_2'])
  })

  test('that waits for its first card has not failed', () => {
    expect(paymentTransitions(null, { ...failed, failure_code: null }, null)).toEqual([])
  })

  test('is refunded in part, then in full', () => {
    const half = { ...payment, amount_refunded_minor: 450 }
    const all = { ...payment, amount_refunded_minor: 900 }
    expect([paymentTransitions(payment, half, 'ch_1'), paymentTransitions(half, all, 'ch_1')]).toMatchObject([
      [{ dedupeKey: 'purchase.refunded:pi_1:450', payload: { is_full: false } }],
      [{ dedupeKey: 'purchase.refunded:pi_1:900', payload: { is_full: true } }],
    ])
  })

  test('a refund that failed takes money back and is no refund', () => {
    const half = { ...payment, amount_refunded_minor: 450 }
    expect(paymentTransitions(half, payment, 'ch_1')).toEqual([])
  })
})

describe('a purchase', () => {
  const session = {
    ...{ id: 'cs_1', mode: 'payment', status: 'complete', payment_status: 'paid', payment_id: 'pi_1' },
    ...{ currency: 'usd', amount_total_minor: 900, line_items: [] },
  }

  test.each([
    ['paid', 1],
    ['no_payment_required', 1],
    ['unpaid', 0],
  ])('is complete when its session is and the money is there: %s', (payment_status, count) => {
    expect(checkoutSessionTransitions(null, { ...session, payment_status })).toHaveLength(count)
  })

  test('by a delayed method is complete when the money comes', () => {
    const before = { ...session, payment_status: 'unpaid' }
    expect(checkoutSessionTransitions(before, session)).toMatchObject([{ type: 'purchase.completed' }])
  })

  test('of a subscription is told by the subscription', () => {
    expect(checkoutSessionTransitions(null, { ...session, mode: 'subscription' })).toEqual([])
  })
})

test('one subscription is no duplicate, two are', () => {
  expect([duplicateSubscription(['sub_1']), duplicateSubscription(['sub_1', 'sub_2'])]).toMatchObject([
    [],
    [{ dedupeKey: 'duplicate_subscription.detected:sub_1,sub_2' }],
  ])
})
