import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'
import { startTill } from '../support/till.ts'

/** A till that holds 20 dollars of a card. */
async function withHold(card = 'pm_card_visa') {
  const till = await startTill()
  const held = await till.pay(card, 2000, { capture_method: 'manual' })
  const events = typesOf(await till.newEvents())
  const charge = (): Promise<Stripe.Charge> => till.stripe.charges.retrieve(held.charge)
  return { ...till, held, events, charge }
}

describe('a payment that is captured by hand', () => {
  test('is held first, and nothing is on the balance', async () => {
    const { stripe, held, events, charge, sandbox } = await withHold()
    expect(held.intent).toMatchObject({
      status: 'requires_capture',
      capture_method: 'manual',
      amount_capturable: 2000,
      amount_received: 0,
    })
    expect(await charge()).toMatchObject({
      status: 'succeeded',
      paid: true,
      captured: false,
      amount_captured: 0,
      balance_transaction: null,
      payment_method_details: { card: { capture_before: sandbox.now() + 7 * 86_400 } },
    })
    expect(events).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
    ])
    expect((await stripe.balanceTransactions.list()).data).toEqual([])
  })

  test('brings its money when it is captured', async () => {
    const { stripe, held, newEvents } = await withHold()
    const captured = await stripe.paymentIntents.capture(held.intent.id, {
      expand: ['latest_charge.balance_transaction'],
    })
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount_capturable: 0,
      amount_received: 2000,
      latest_charge: { captured: true, amount_captured: 2000, balance_transaction: { amount: 2000 } },
    })
    expect(typesOf(await newEvents())).toEqual(['charge.captured', 'payment_intent.succeeded'])
  })

  test('can be captured in part, and no more can be refunded', async () => {
    const { stripe, held, charge } = await withHold()
    await stripe.paymentIntents.capture(held.intent.id, { amount_to_capture: 1500 })
    expect(await charge()).toMatchObject({ amount: 2000, amount_captured: 1500, amount_refunded: 0 })
    expect(await failure(stripe.refunds.create({ charge: held.charge, amount: 1501 }))).toMatchObject({
      param: 'amount',
    })
    expect((await stripe.refunds.create({ charge: held.charge })).amount).toBe(1500)
  })

  test('is disputed when it is captured, not before', async () => {
    const { stripe, held, disputeOf, charge } = await withHold('pm_card_createDispute')
    expect((await charge()).disputed).toBe(false)
    await stripe.paymentIntents.capture(held.intent.id, { amount_to_capture: 1500 })
    expect(await disputeOf(held)).toMatchObject({ amount: 1500, status: 'needs_response' })
  })

  test('releases its money when it is canceled', async () => {
    const { stripe, held, charge, newEvents } = await withHold()
    const canceled = await stripe.paymentIntents.cancel(held.intent.id, {
      cancellation_reason: 'requested_by_customer',
    })
    expect(canceled).toMatchObject({
      status: 'canceled',
      amount_capturable: 0,
      cancellation_reason: 'requested_by_customer',
    })
    expect(await charge()).toMatchObject({ captured: false, refunded: true, amount_refunded: 2000 })
    expect(typesOf(await newEvents())).toEqual([
      'refund.created',
      'charge.refunded',
      'payment_intent.canceled',
    ])
  })

  test('is canceled by itself after seven days', async () => {
    const { stripe, held, newEvents, sandbox } = await withHold()
    await sandbox.advance({ days: 7 })
    expect(await stripe.paymentIntents.retrieve(held.intent.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    })
    expect(typesOf(await newEvents())).toEqual([
      'refund.created',
      'charge.expired',
      'payment_intent.canceled',
    ])
    const [refund] = (await stripe.refunds.list({ charge: held.charge })).data
    expect(refund).toMatchObject({ reason: 'expired_uncaptured_charge', balance_transaction: null })
  })

  test('is captured once, and never for more than is held', async () => {
    const { stripe, held } = await withHold()
    const capture = (amount: number) =>
      stripe.paymentIntents.capture(held.intent.id, { amount_to_capture: amount })
    expect(await failure(capture(2001))).toMatchObject({ code: 'amount_too_large' })
    expect(await failure(capture(0))).toMatchObject({ code: 'parameter_invalid_integer' })
    await capture(2000)
    expect(await failure(capture(1))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      message: 'This PaymentIntent could not be captured because it has already been captured.',
    })
  })

  test('cannot be refunded or confirmed while it is held', async () => {
    const { stripe, held } = await withHold()
    expect(await failure(stripe.refunds.create({ charge: held.charge }))).toMatchObject({
      code: 'charge_not_refundable',
    })
    expect(await failure(stripe.paymentIntents.confirm(held.intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
  })
})

describe('an update of a PaymentIntent', () => {
  test('changes what is to be paid, and by what', async () => {
    const till = await startTill()
    const { id } = await till.stripe.paymentIntents.create({ amount: 2000, currency: 'usd' })
    await till.newEvents()
    const updated = await till.stripe.paymentIntents.update(id, {
      amount: 3000,
      currency: 'eur',
      description: 'A plan',
      metadata: { order: '7' },
      payment_method: 'pm_card_visa',
    })
    expect(updated).toMatchObject({
      amount: 3000,
      currency: 'eur',
      description: 'A plan',
      metadata: { order: '7' },
      status: 'requires_confirmation',
    })
    expect(await till.newEvents()).toEqual([])
  })

  test('makes a challenge of the old terms worthless', async () => {
    const till = await startTill()
    const { intent } = await till.pay('pm_card_authenticationRequired')
    expect(intent.status).toBe('requires_action')
    const updated = await till.stripe.paymentIntents.update(intent.id, { amount: 3000 })
    expect(updated).toMatchObject({ status: 'requires_confirmation', next_action: null })
  })

  test('describes a payment that was made, and changes nothing else of it', async () => {
    const till = await startTill()
    const { intent } = await till.pay('pm_card_visa')
    const described = await till.stripe.paymentIntents.update(intent.id, { metadata: { order: '7' } })
    expect(described).toMatchObject({ status: 'succeeded', metadata: { order: '7' } })
    expect(await failure(till.stripe.paymentIntents.update(intent.id, { amount: 1 }))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
  })
})
