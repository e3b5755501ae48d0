import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { testBanks } from '../../src/billing/test-banks.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'
import { startTill } from '../support/till.ts'

const ach: Partial<Stripe.PaymentIntentCreateParams> = { allowed_payment_method_types: ['us_bank_account'] }
const sepa: Partial<Stripe.PaymentIntentCreateParams> = {
  allowed_payment_method_types: ['sepa_debit'],
  currency: 'eur',
}

describe('a bank debit', () => {
  test('is processing until the bank answers, and then succeeds', async () => {
    const till = await startTill()
    const { intent, charge } = await till.pay('pm_usBankAccount_success', 2000, ach)
    expect(intent).toMatchObject({ status: 'processing', amount_received: 0 })
    expect(await till.stripe.charges.retrieve(charge)).toMatchObject({
      id: expect.stringMatching(/^py_/),
      status: 'pending',
      paid: false,
      balance_transaction: null,
      payment_method_details: { type: 'us_bank_account', us_bank_account: { last4: '6789' } },
    })
    expect(typesOf(await till.newEvents())).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
    ])
    await till.sandbox.advance({ days: 3 })
    expect(await till.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
    })
    expect(await till.stripe.charges.retrieve(charge, { expand: ['balance_transaction'] })).toMatchObject({
      status: 'succeeded',
      paid: true,
      balance_transaction: { amount: 2000 },
    })
    expect(typesOf(await till.newEvents())).toEqual(['charge.succeeded', 'payment_intent.succeeded'])
  })

  test('of an account for one payment has a mandate for that payment', async () => {
    const till = await startTill()
    const { charge } = await till.pay('pm_usBankAccount_success', 2000, ach)
    const details = (await till.stripe.charges.retrieve(charge)).payment_method_details?.us_bank_account
    const mandate = await till.stripe.mandates.retrieve(String(details?.mandate))
    expect(mandate).toMatchObject({
      type: 'single_use',
      single_use: { amount: 2000, currency: 'usd' },
      status: 'active',
      customer_acceptance: { accepted_at: till.sandbox.now() },
      payment_method_details: { type: 'us_bank_account' },
    })
  })

  test('of an account that is kept has a mandate for any number of payments', async () => {
    const till = await startTill()
    const { charge } = await till.pay('pm_sepaDebit_success_de', 2000, {
      ...sepa,
      setup_future_usage: 'off_session',
    })
    const details = (await till.stripe.charges.retrieve(charge)).payment_method_details?.sepa_debit
    expect(await till.stripe.mandates.retrieve(details?.mandate ?? '')).toMatchObject({
      type: 'multi_use',
      payment_method_details: { sepa_debit: { reference: expect.any(String) } },
    })
  })

  test('that fails leaves its intent waiting for another payment method', async () => {
    const till = await startTill()
    const { intent, charge } = await till.pay('pm_sepaDebit_insufficientFunds_de', 2000, sepa)
    await till.newEvents()
    await till.sandbox.advance({ days: 3 })
    expect(await till.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'insufficient_funds' },
    })
    expect(await till.stripe.charges.retrieve(charge)).toMatchObject({
      status: 'failed',
      failure_code: 'insufficient_funds',
      balance_transaction: null,
    })
    expect(typesOf(await till.newEvents())).toEqual(['charge.failed', 'payment_intent.payment_failed'])
  })

  test('that is never answered can be canceled', async () => {
    const till = await startTill()
    const { intent, charge } = await till.pay('pm_usBankAccount_processing', 2000, ach)
    await till.sandbox.advance({ days: 30 })
    expect((await till.stripe.paymentIntents.retrieve(intent.id)).status).toBe('processing')
    expect((await till.stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled')
    expect((await till.stripe.charges.retrieve(charge)).status).toBe('failed')
  })

  test('cannot be refunded while it is on its way, and can afterwards', async () => {
    const till = await startTill()
    const { charge } = await till.pay('pm_usBankAccount_success', 2000, ach)
    expect(await failure(till.stripe.refunds.create({ charge }))).toMatchObject({ statusCode: 400 })
    await till.sandbox.advance({ days: 3 })
    expect((await till.stripe.refunds.create({ charge })).status).toBe('succeeded')
  })

  test('of a delayed account takes twice as long', async () => {
    const till = await startTill()
    const { intent } = await till.pay('pm_sepaDebit_successDelayed_de', 2000, sepa)
    await till.sandbox.advance({ days: 5 })
    expect((await till.stripe.paymentIntents.retrieve(intent.id)).status).toBe('processing')
    await till.sandbox.advance({ days: 1 })
    expect((await till.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
  })

  test('needs an intent that allows it, in its currency', async () => {
    const till = await startTill()
    expect(await failure(till.pay('pm_usBankAccount_success'))).toMatchObject({
      code: 'payment_intent_incompatible_payment_method',
    })
    expect(
      await failure(till.pay('pm_usBankAccount_success', 2000, { ...ach, currency: 'eur' })),
    ).toMatchObject({
      code: 'payment_method_currency_mismatch',
    })
  })
})

test('every test account does what its row says', async () => {
  const till = await startTill()
  const played = testBanks.filter((bank) => bank.notYet === null)
  const intents = []
  for (const bank of played) {
    const { intent } = await till.pay(`pm_${bank.name}`, 2000, bank.type === 'sepa_debit' ? sepa : ach)
    intents.push({ bank, id: intent.id })
  }
  await till.sandbox.advance({ days: 6 })
  for (const { bank, id } of intents) {
    const { status, last_payment_error: error } = await till.stripe.paymentIntents.retrieve(id)
    const answered = bank.failure === null ? 'succeeded' : 'requires_payment_method'
    expect([bank.name, status]).toEqual([
      bank.name,
      bank.answersAfterSeconds === null ? 'processing' : answered,
    ])
    expect(error?.code).toBe(bank.failure?.code)
  }
  for (const bank of testBanks.filter(({ notYet }) => notYet !== null)) {
    expect(await failure(till.pay(`pm_${bank.name}`, 2000, ach))).toMatchObject({
      code: 'sandbox_not_supported_yet',
    })
  }
})

test('an account can be typed, and nothing but a test account', async () => {
  const till = await startTill()
  const billing_details = { name: 'Ada Lovelace', email: 'ada@example.com' }
  const create = (parameters: Stripe.PaymentMethodCreateParams) =>
    till.stripe.paymentMethods.create({ billing_details, ...parameters })
  const us_bank_account = { account_number: '000123456789', routing_number: '110000000' }
  expect(await create({ type: 'us_bank_account', us_bank_account })).toMatchObject({
    us_bank_account: { last4: '6789', routing_number: '110000000' },
  })
  const iban = 'DE89 3704 0044 0532 0130 00'
  expect(await create({ type: 'sepa_debit', sepa_debit: { iban } })).toMatchObject({
    sepa_debit: { country: 'DE', last4: '3000' },
  })
  expect(await failure(create({ type: 'sepa_debit', sepa_debit: { iban: 'DE1' } }))).toMatchObject({
    param: 'sepa_debit[iban]',
  })
  expect(
    await failure(
      create({ type: 'us_bank_account', us_bank_account: { ...us_bank_account, routing_number: '1' } }),
    ),
  ).toMatchObject({ code: 'routing_number_invalid' })
})
