import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'
import { startTill } from '../support/till.ts'

const day = 86_400

describe('a charge of the card of a fraudulent dispute', () => {
  test('succeeds, and is charged back at once', async () => {
    const till = await startTill()
    const paid = await till.pay('pm_card_createDispute')
    expect(paid.intent.status).toBe('succeeded')
    expect(typesOf(await till.newEvents())).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'payment_intent.succeeded',
    ])
    expect(await till.stripe.charges.retrieve(paid.charge)).toMatchObject({ paid: true, disputed: true })
    expect(await till.disputeOf(paid)).toMatchObject({
      id: expect.stringMatching(/^du_/),
      amount: 2000,
      charge: paid.charge,
      payment_intent: paid.intent.id,
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
      evidence_details: { has_evidence: false, submission_count: 0, submission_method: 'not_submitted' },
    })
  })

  test('loses its amount and a fee', async () => {
    const till = await startTill()
    const dispute = await till.disputeOf(await till.pay('pm_card_createDispute'))
    expect(dispute.balance_transactions).toMatchObject([
      {
        amount: -2000,
        fee: 1500,
        net: -3500,
        type: 'adjustment',
        reporting_category: 'dispute',
        source: dispute.id,
      },
    ])
  })

  test('cannot be refunded', async () => {
    const till = await startTill()
    const { charge } = await till.pay('pm_card_createDispute')
    expect(await failure(till.stripe.refunds.create({ charge }))).toMatchObject({
      code: 'charge_disputed',
      message: `Charge ${charge} has been charged back; cannot issue a refund.`,
    })
  })
})

test.each([
  ['pm_card_createDisputeProductNotReceived', 'product_not_received', 'needs_response', '13.1'],
  ['pm_card_createDisputeInquiry', 'fraudulent', 'warning_needs_response', '10'],
])('%s is disputed as %s, %s', async (card, reason, status, code) => {
  const till = await startTill()
  expect(await till.disputeOf(await till.pay(card))).toMatchObject({
    reason,
    status,
    payment_method_details: { card: { network_reason_code: code } },
  })
})

test('a charge that is disputed twice loses no more than was paid', async () => {
  const till = await startTill()
  const { charge } = await till.pay('pm_card_createMultipleDisputes', 2001)
  const { data } = await till.stripe.disputes.list({ charge })
  expect(data.map(({ amount }) => amount)).toEqual([1000, 1001])
})

test('a card typed at Checkout is disputed as well', async () => {
  const till = await startTill()
  const session = await till.checkout({
    mode: 'payment',
    line_items: [{ price: 'price_demo_import', quantity: 1 }],
  })
  till.payAtCheckout(session.id, '4000000000000259')
  const [dispute] = (await till.stripe.disputes.list()).data
  expect(dispute).toMatchObject({ amount: 4900, status: 'needs_response' })
})

describe('evidence', () => {
  test('is submitted unless it is only to be staged', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    await till.newEvents()
    const staged = await till.stripe.disputes.update(id, {
      evidence: { product_description: 'A team plan' },
      submit: false,
    })
    expect(staged).toMatchObject({
      status: 'needs_response',
      evidence: { product_description: 'A team plan' },
      evidence_details: { has_evidence: true, submission_count: 0 },
    })
    expect(await till.stripe.disputes.update(id, { submit: true })).toMatchObject({
      status: 'under_review',
      evidence: { product_description: 'A team plan' },
      evidence_details: { submission_count: 1, submission_method: 'manual' },
    })
    expect(typesOf(await till.newEvents())).toEqual(['charge.dispute.updated', 'charge.dispute.updated'])
  })

  test('stays under review when it is none of the test texts', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    await till.stripe.disputes.update(id, { evidence: { product_description: 'A team plan' } })
    await till.sandbox.advance({ days: 200 })
    expect((await till.stripe.disputes.retrieve(id)).status).toBe('under_review')
  })

  test('that wins brings the money back, and the charge can be refunded', async () => {
    const till = await startTill()
    const paid = await till.pay('pm_card_createDispute')
    const { id } = await till.disputeOf(paid)
    await till.newEvents()
    const answer = await till.answer(id, 'winning_evidence')
    expect(answer.status).toBe('under_review')
    await till.sandbox.advance({ seconds: 5 })
    const won = await till.stripe.disputes.retrieve(id)
    expect(won).toMatchObject({ status: 'won', is_charge_refundable: true })
    expect(won.balance_transactions.map(({ amount, fee }) => [amount, fee])).toEqual([
      [-2000, 1500],
      [2000, 0],
    ])
    expect(typesOf(await till.newEvents())).toEqual([
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ])
    expect((await till.stripe.charges.retrieve(paid.charge)).disputed).toBe(true)
    expect((await till.stripe.refunds.create({ charge: paid.charge })).status).toBe('succeeded')
  })

  test('that loses leaves the money where it is', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    await till.newEvents()
    await till.answer(id, 'losing_evidence')
    await till.sandbox.advance({ seconds: 5 })
    const lost = await till.stripe.disputes.retrieve(id)
    expect(lost).toMatchObject({ status: 'lost', is_charge_refundable: false })
    expect(lost.balance_transactions).toHaveLength(1)
    expect(typesOf(await till.newEvents())).toEqual(['charge.dispute.updated', 'charge.dispute.closed'])
  })

  test('can be submitted once', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    await till.answer(id, 'Please.')
    expect(await failure(till.answer(id, 'Pretty please.'))).toMatchObject({
      message: expect.stringContaining('submitted already'),
    })
  })

  test('must be there to be submitted', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    expect(await failure(till.stripe.disputes.update(id, { submit: true }))).toMatchObject({
      statusCode: 400,
      param: 'evidence',
    })
  })

  test('of more than 150,000 characters is refused', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    const log = 'x'.repeat(150_001)
    expect(
      await failure(till.stripe.disputes.update(id, { evidence: { access_activity_log: log } })),
    ).toMatchObject({ statusCode: 400, param: 'evidence' })
  })
})

describe('a chargeback', () => {
  test('that nobody answers is lost once its date has passed', async () => {
    const till = await startTill()
    const { id, evidence_details: details } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    const dueBy = details.due_by ?? 0
    await till.sandbox.advance({ to: dueBy })
    expect((await till.stripe.disputes.retrieve(id)).status).toBe('needs_response')
    await till.newEvents()
    await till.sandbox.advance({ seconds: 1 })
    expect((await till.stripe.disputes.retrieve(id)).status).toBe('lost')
    expect(typesOf(await till.newEvents())).toEqual(['charge.dispute.closed'])
  })

  test('is due at the end of the eighth day', async () => {
    const till = await startTill()
    const { created, evidence_details: details } = await till.disputeOf(
      await till.pay('pm_card_createDispute'),
    )
    expect(details.due_by).toBe((Math.floor(created / day) + 9) * day - 1)
  })

  test('that is closed is lost, and over', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    expect((await till.stripe.disputes.close(id)).status).toBe('lost')
    for (const call of [
      till.stripe.disputes.close(id),
      till.answer(id, 'winning_evidence'),
      till.stripe.disputes.update(id, { metadata: { case: '7' } }),
    ]) {
      expect(await failure(call)).toMatchObject({
        statusCode: 400,
        message: 'This dispute is already closed',
      })
    }
  })

  test('keeps metadata without being answered by it', async () => {
    const till = await startTill()
    const { id } = await till.disputeOf(await till.pay('pm_card_createDispute'))
    await till.stripe.disputes.update(id, { metadata: { case: '7' } })
    expect(await till.stripe.disputes.update(id, { metadata: { owner: 'ada' } })).toMatchObject({
      metadata: { case: '7', owner: 'ada' },
      status: 'needs_response',
    })
  })

  test('lives in the time of its customer’s test clock, and goes with it', async () => {
    const till = await startTill()
    const start = till.sandbox.now()
    const clock = await till.stripe.testHelpers.testClocks.create({ frozen_time: start })
    const customer = await till.stripe.customers.create({ test_clock: clock.id })
    const card = await till.stripe.paymentMethods.attach('pm_card_createDispute', { customer: customer.id })
    const dispute = await till.disputeOf(await till.pay(card.id, 2000, { customer: customer.id }))
    await till.sandbox.advance({ days: 20 })
    expect((await till.stripe.disputes.retrieve(dispute.id)).status).toBe('needs_response')
    await till.stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: start + 20 * day })
    await expect.poll(async () => (await till.stripe.disputes.retrieve(dispute.id)).status).toBe('lost')
    await expect
      .poll(async () => (await till.stripe.testHelpers.testClocks.retrieve(clock.id)).status)
      .toBe('ready')
    await till.stripe.testHelpers.testClocks.del(clock.id)
    expect(await failure(till.stripe.disputes.retrieve(dispute.id))).toMatchObject({ statusCode: 404 })
  })
})

test('disputes are listed by charge, by payment and by time', async () => {
  const till = await startTill()
  const first = await till.pay('pm_card_createDispute')
  await till.sandbox.advance({ days: 1 })
  const second = await till.pay('pm_card_createDispute')
  const idsOf = async (parameters: Stripe.DisputeListParams): Promise<unknown[]> =>
    (await till.stripe.disputes.list(parameters)).data.map(({ charge }) => charge)
  expect(await idsOf({})).toEqual([second.charge, first.charge])
  expect(await idsOf({ charge: first.charge })).toEqual([first.charge])
  expect(await idsOf({ payment_intent: second.intent.id })).toEqual([second.charge])
  expect(await idsOf({ created: { lt: till.sandbox.now() } })).toEqual([first.charge])
})
