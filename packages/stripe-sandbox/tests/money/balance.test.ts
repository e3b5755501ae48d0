import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { failure } from '../support/start.ts'
import { startTill } from '../support/till.ts'

test('a charge brings its amount less a fee', async () => {
  const till = await startTill()
  const { charge } = await till.pay('pm_card_visa', 10_000, { description: 'A plan' })
  const { balance_transaction: movement } = await till.stripe.charges.retrieve(charge, {
    expand: ['balance_transaction'],
  })
  expect(movement).toMatchObject({
    object: 'balance_transaction',
    amount: 10_000,
    fee: 320,
    net: 9680,
    fee_details: [{ amount: 320, description: 'Stripe processing fees', type: 'stripe_fee' }],
    description: 'A plan',
    source: charge,
    type: 'charge',
    reporting_category: 'charge',
    status: 'pending',
  })
})

test('a declined charge moves nothing', async () => {
  const till = await startTill()
  await failure(till.pay('pm_card_visa_chargeDeclined'))
  expect((await till.stripe.balanceTransactions.list()).data).toEqual([])
  const [charge] = (await till.stripe.charges.list()).data
  expect(charge?.balance_transaction).toBeNull()
})

test('a refund takes its amount, and its fee is not given back', async () => {
  const till = await startTill()
  const { charge } = await till.pay('pm_card_visa', 10_000, { description: 'A plan' })
  const refund = await till.stripe.refunds.create({
    charge,
    amount: 1400,
    expand: ['balance_transaction'],
  })
  expect(refund.balance_transaction).toMatchObject({
    amount: -1400,
    fee: 0,
    net: -1400,
    type: 'refund',
    source: refund.id,
    description: 'REFUND FOR CHARGE (A plan)',
  })
})

test('a failed refund brings its amount back', async () => {
  const till = await startTill()
  const { charge } = await till.pay('pm_card_refundFail')
  const { id } = await till.stripe.refunds.create({ charge })
  await till.sandbox.advance({ seconds: 5 })
  const { failure_balance_transaction: movement } = await till.stripe.refunds.retrieve(id, {
    expand: ['failure_balance_transaction'],
  })
  expect(movement).toMatchObject({ amount: 2000, fee: 0, type: 'refund_failure', source: id })
})

test('money is pending for two days', async () => {
  const till = await startTill()
  await till.pay('pm_card_visa', 10_000)
  const funds = { amount: 9680, currency: 'usd', source_types: { card: 9680 } }
  expect(await till.stripe.balance.retrieve()).toMatchObject({ available: [], pending: [funds] })
  await till.sandbox.advance({ days: 2 })
  expect(await till.stripe.balance.retrieve()).toMatchObject({ available: [funds], pending: [] })
})

test('money of one test card is available at once', async () => {
  const till = await startTill()
  await till.pay('pm_card_bypassPending', 10_000)
  expect(await till.stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 9680 }], pending: [] })
})

test('each currency has a balance of its own', async () => {
  const till = await startTill()
  await till.pay('pm_card_visa', 10_000)
  await till.pay('pm_card_visa', 1000, { currency: 'jpy' })
  const { pending } = await till.stripe.balance.retrieve()
  expect(pending.map(({ currency, amount }) => [currency, amount])).toEqual([
    ['jpy', 1000 - 29 - 30],
    ['usd', 9680],
  ])
})

test('movements are listed by what caused them, by type, by currency and by time', async () => {
  const till = await startTill()
  const { charge } = await till.pay('pm_card_createDispute')
  await till.sandbox.advance({ days: 1 })
  await till.pay('pm_card_visa', 1000, { currency: 'eur' })
  const types = async (parameters: Stripe.BalanceTransactionListParams): Promise<string[]> =>
    (await till.stripe.balanceTransactions.list(parameters)).data.map(({ type }) => type)
  expect(await types({})).toEqual(['charge', 'adjustment', 'charge'])
  expect(await types({ source: charge })).toEqual(['charge'])
  expect(await types({ type: 'adjustment' })).toEqual(['adjustment'])
  expect(await types({ currency: 'eur' })).toEqual(['charge'])
  expect(await types({ created: { gte: till.sandbox.now() } })).toEqual(['charge'])
})

test('an unknown movement is not found', async () => {
  const till = await startTill()
  expect(await failure(till.stripe.balanceTransactions.retrieve('txn_1'))).toMatchObject({
    statusCode: 404,
    message: "No such balance transaction: 'txn_1'",
  })
})
