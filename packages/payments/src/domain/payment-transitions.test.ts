import { describe, expect, test } from 'vitest'
import { checkoutSessionTransitions, invoiceTransitions, paymentTransitions } from './payment-transitions.ts'

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
    ...{ amount_refunded_minor: 0, failure_code: null, synced_at: new Date(7) },
  }
  const failed = { ...payment, status: 'requires_payment_method', failure_code: 'card_declined' }

  const charged = { chargeId: 'ch_1', refusedMethodId: null, methodId: 'pm_1' }

  test('fails once per attempt', () => {
    const keys = ['ch_1', 'ch_1', 'ch_2'].map(
      (chargeId) => paymentTransitions(null, failed, { ...charged, chargeId }, null)[0]?.dedupeKey,
    )
    expect(keys).toEqual(['payment.failed:pi_1:ch_1', 'payment.failed:pi_1:ch_1', 'payment.failed:pi_1:ch_2'])
  })

  test('fails also where an attempt came to no charge', () => {
    const keys = ['pm_1', 'pm_2'].map(
      (refusedMethodId) =>
        paymentTransitions(null, failed, { ...charged, refusedMethodId }, null)[0]?.dedupeKey,
    )
    expect(keys).toEqual([
      'payment.failed:pi_1:ch_1:pm_1:card_declined',
      'payment.failed:pi_1:ch_1:pm_2:card_declined',
    ])
  })

  test('that waits for its first card has not failed', () => {
    expect(paymentTransitions(null, { ...failed, failure_code: null }, charged, null)).toEqual([])
  })

  test('of an invoice asks for the buyer, with the page where he goes; one at a Checkout has him there', () => {
    const asked = { ...payment, status: 'requires_action' }
    const invoice = { id: 'in_1', subscription_id: 'sub_1', hosted_invoice_url: 'https://invoice.example' }
    expect(paymentTransitions(null, asked, charged, invoice)).toMatchObject([
      {
        type: 'payment.action_required',
        payload: { invoice_id: 'in_1', hosted_invoice_url: 'https://invoice.example' },
      },
    ])
    expect(paymentTransitions(null, asked, charged, null)).toEqual([])
  })

  test('that asks for the buyer with another card asks anew', () => {
    const asked = { ...payment, status: 'requires_action' }
    const invoice = { id: 'in_1', subscription_id: 'sub_1', hosted_invoice_url: 'https://invoice.example' }
    const keys = ['pm_1', 'pm_1', 'pm_2'].map(
      (methodId) => paymentTransitions(null, asked, { ...charged, methodId }, invoice)[0]?.dedupeKey,
    )
    expect(keys).toEqual([
      'payment.action_required:pi_1:ch_1:pm_1',
      'payment.action_required:pi_1:ch_1:pm_1',
      'payment.action_required:pi_1:ch_1:pm_2',
    ])
  })

  test('is refunded in part, then in full', () => {
    const half = { ...payment, amount_refunded_minor: 450 }
    const all = { ...payment, amount_refunded_minor: 900 }
    expect([
      paymentTransitions(payment, half, charged, null),
      paymentTransitions(half, all, charged, null),
    ]).toMatchObject([
      [{ dedupeKey: 'purchase.refunded:pi_1:450:7', payload: { is_full: false } }],
      [{ dedupeKey: 'purchase.refunded:pi_1:900:7', payload: { is_full: true } }],
    ])
  })

  test('a refund that failed takes money back and is no refund', () => {
    const half = { ...payment, amount_refunded_minor: 450 }
    expect(paymentTransitions(half, payment, charged, null)).toEqual([])
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
