import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'
import { startTill } from '../support/till.ts'

/** A till that has taken 20 dollars. */
async function withPayment(card = 'pm_card_visa') {
  const till = await startTill()
  const paid = await till.pay(card)
  await till.newEvents()
  const charge = (): Promise<Stripe.Charge> => till.stripe.charges.retrieve(paid.charge)
  return { ...till, paid, charge }
}

test('a refund tells of its change under both names', async () => {
  const till = await withPayment()
  const { id } = await till.stripe.refunds.create({ charge: till.paid.charge })
  await till.newEvents()
  const updated = await till.stripe.refunds.update(id, { metadata: { ticket: '9' } })
  expect(updated.metadata).toEqual({ ticket: '9' })
  const events = await till.newEvents()
  expect(typesOf(events)).toEqual(['refund.updated', 'charge.refund.updated'])
  expect(events.map(({ data }) => data.previous_attributes)).toEqual([
    { metadata: { ticket: null } },
    { metadata: { ticket: null } },
  ])
})

test('a card refund cannot be canceled', async () => {
  const till = await withPayment('pm_card_pendingRefund')
  const { id } = await till.stripe.refunds.create({ charge: till.paid.charge })
  expect(await failure(till.stripe.refunds.cancel(id))).toMatchObject({
    statusCode: 400,
    message: 'Canceling this refund is unsupported.',
  })
})

test.each([0, -1])('a refund of %i is refused', async (amount) => {
  const till = await withPayment()
  expect(await failure(till.stripe.refunds.create({ charge: till.paid.charge, amount }))).toMatchObject({
    code: 'parameter_invalid_integer',
    param: 'amount',
  })
})

describe('a pending refund', () => {
  test('counts as refunded from its beginning, and succeeds later', async () => {
    const till = await withPayment('pm_card_pendingRefund')
    const { id, ...begun } = await till.stripe.refunds.create({ charge: till.paid.charge, amount: 500 })
    expect(begun).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    expect(await till.charge()).toMatchObject({ amount_refunded: 500 })
    expect(typesOf(await till.newEvents())).toEqual(['refund.created', 'charge.refunded'])
    await till.sandbox.advance({ seconds: 5 })
    const settled = await till.stripe.refunds.retrieve(id)
    expect(settled.status).toBe('succeeded')
    expect(settled).not.toHaveProperty('pending_reason')
    expect(typesOf(await till.newEvents())).toEqual(['refund.updated', 'charge.refund.updated'])
    await till.sandbox.advance({ days: 1 })
    expect(await till.newEvents()).toEqual([])
  })
})

describe('a failing refund', () => {
  test('succeeds first, and fails later', async () => {
    const till = await withPayment('pm_card_refundFail')
    const { id, status } = await till.stripe.refunds.create({ charge: till.paid.charge })
    expect(status).toBe('succeeded')
    await till.newEvents()
    await till.sandbox.advance({ seconds: 5 })
    expect(await till.stripe.refunds.retrieve(id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: expect.stringMatching(/^txn_/),
    })
    expect(typesOf(await till.newEvents())).toEqual([
      'refund.failed',
      'refund.updated',
      'charge.refund.updated',
      'charge.updated',
    ])
  })

  test('gives the charge back what it took, so that it can be refunded again', async () => {
    const till = await withPayment('pm_card_refundFail')
    await till.stripe.refunds.create({ charge: till.paid.charge })
    await till.sandbox.advance({ seconds: 5 })
    expect(await till.charge()).toMatchObject({ refunded: false, amount_refunded: 0 })
    const again = await till.stripe.refunds.create({ charge: till.paid.charge })
    expect(again.amount).toBe(2000)
  })
})
