import { describe, expect, test } from 'vitest'
import { typesOf } from '../support/shop.ts'
import { startTill } from '../support/till.ts'

const day = 86_400

describe('an inquiry', () => {
  test('takes no money and can be refunded, which ends it', async () => {
    const till = await startTill()
    const paid = await till.pay('pm_card_createDisputeInquiry')
    const inquiry = await till.disputeOf(paid)
    expect(inquiry).toMatchObject({ balance_transactions: [], is_charge_refundable: true })
    await till.stripe.refunds.create({ charge: paid.charge, amount: 500 })
    expect((await till.disputeOf(paid)).status).toBe('warning_needs_response')
    await till.stripe.refunds.create({ charge: paid.charge })
    expect((await till.disputeOf(paid)).status).toBe('warning_closed')
  })

  test('that the bank escalates becomes a chargeback with a new date', async () => {
    const till = await startTill()
    const paid = await till.pay('pm_card_createDisputeInquiry')
    const inquiry = await till.disputeOf(paid)
    await till.sandbox.advance({ days: 3 })
    expect((await till.answer(inquiry.id, 'escalate_inquiry_evidence')).status).toBe('warning_under_review')
    await till.newEvents()
    await till.sandbox.advance({ seconds: 5 })
    const escalated = await till.disputeOf(paid)
    expect(escalated).toMatchObject({
      id: inquiry.id,
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [{ amount: -2000 }],
      evidence_details: { due_by: (inquiry.evidence_details.due_by ?? 0) + 3 * day },
      payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
    })
    expect(typesOf(await till.newEvents())).toEqual([
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
    ])
  })

  test.each(['winning_evidence', 'losing_evidence'])('answered with %s is dropped', async (text) => {
    const till = await startTill()
    const paid = await till.pay('pm_card_createDisputeInquiry')
    await till.answer((await till.disputeOf(paid)).id, text)
    await till.sandbox.advance({ seconds: 5 })
    expect((await till.disputeOf(paid)).status).toBe('warning_closed')
  })

  test.each([
    ['that nobody answers', null],
    ['that the bank never decides', 'Please.'],
  ])('%s runs out after 120 days', async (_, text) => {
    const till = await startTill()
    const paid = await till.pay('pm_card_createDisputeInquiry')
    if (text) await till.answer((await till.disputeOf(paid)).id, text)
    await till.sandbox.advance({ days: 119 })
    expect((await till.disputeOf(paid)).status).not.toBe('warning_closed')
    await till.sandbox.advance({ days: 1 })
    expect((await till.disputeOf(paid)).status).toBe('warning_closed')
  })
})
