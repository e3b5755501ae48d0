import { expect, test } from 'vitest'
import { typesOf } from '../support/shop.ts'
import { startTill } from '../support/till.ts'

test('a suspected charge gets an early fraud warning and keeps its money', async () => {
  const till = await startTill()
  const paid = await till.pay('pm_card_createIssuerFraudRecord')
  expect(typesOf(await till.newEvents())).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'radar.early_fraud_warning.created',
    'payment_intent.succeeded',
  ])
  const [warning] = (await till.stripe.radar.earlyFraudWarnings.list({ charge: paid.charge })).data
  expect(warning).toMatchObject({
    id: expect.stringMatching(/^issfr_/),
    actionable: true,
    charge: paid.charge,
    payment_intent: paid.intent.id,
  })
  expect(await till.stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '')).toEqual(
    expect.objectContaining({ id: warning?.id }),
  )
  expect(await till.stripe.charges.retrieve(paid.charge)).toMatchObject({ disputed: false, paid: true })
})

test('a warning calls for nothing any more once everything is refunded', async () => {
  const till = await startTill()
  const paid = await till.pay('pm_card_createIssuerFraudRecord')
  await till.stripe.refunds.create({ charge: paid.charge, amount: 1 })
  const [warning] = (await till.stripe.radar.earlyFraudWarnings.list()).data
  expect(warning?.actionable).toBe(true)
  await till.newEvents()
  await till.stripe.refunds.create({ charge: paid.charge })
  expect(await till.stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '')).toMatchObject({
    actionable: false,
  })
  expect(typesOf(await till.newEvents())).toContain('radar.early_fraud_warning.updated')
})
