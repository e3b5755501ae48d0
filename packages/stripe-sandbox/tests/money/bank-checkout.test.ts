import { describe, expect, test } from 'vitest'
import { payCheckoutSession } from '../../src/billing/pay-checkout-session.ts'
import { typesOf } from '../support/shop.ts'
import { startTill } from '../support/till.ts'

const accounts = { succeeding: '000123456789', failing: '000222222227' }

/** A shop whose Checkout takes US bank accounts. */
async function startBankShop() {
  const till = await startTill()
  const payByBank = (sessionId: string, number: string) =>
    till.sandbox.context.store.transaction(() =>
      payCheckoutSession(till.sandbox.context, sessionId, {
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        card: null,
        bank: { type: 'us_bank_account', number },
      }),
    )
  const open = (mode: 'payment' | 'subscription') =>
    till.checkout({
      mode,
      allowed_payment_method_types: ['card', 'us_bank_account'],
      line_items: [
        { price: mode === 'payment' ? 'price_demo_import' : 'price_demo_team_monthly', quantity: 1 },
      ],
    })
  return { ...till, payByBank, open }
}

describe('a purchase paid by bank debit', () => {
  test('is complete and unpaid until the money comes', async () => {
    const shop = await startBankShop()
    const { id } = await shop.open('payment')
    expect(shop.payByBank(id, accounts.succeeding)).toEqual({ outcome: 'complete' })
    expect(await shop.stripe.checkout.sessions.retrieve(id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      payment_method_types: ['card', 'us_bank_account'],
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.pending',
      'payment_intent.processing',
      'payment_intent.created',
      'checkout.session.completed',
    ])
    await shop.sandbox.advance({ days: 3 })
    expect((await shop.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('paid')
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ])
  })

  test('stays unpaid when the money does not come', async () => {
    const shop = await startBankShop()
    const { id } = await shop.open('payment')
    shop.payByBank(id, accounts.failing)
    await shop.newEvents()
    await shop.sandbox.advance({ days: 3 })
    expect((await shop.stripe.checkout.sessions.retrieve(id)).payment_status).toBe('unpaid')
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'checkout.session.async_payment_failed',
    ])
  })

  test('needs a session that allows it', async () => {
    const shop = await startBankShop()
    const { id } = await shop.checkout()
    expect(shop.payByBank(id, accounts.succeeding)).toMatchObject({ outcome: 'declined' })
  })
})

describe('a subscription paid by bank debit', () => {
  test('begins on trust; its first invoice is open until the money comes', async () => {
    const shop = await startBankShop()
    const { id } = await shop.open('subscription')
    shop.payByBank(id, accounts.succeeding)
    const session = await shop.stripe.checkout.sessions.retrieve(id, { expand: ['subscription', 'invoice'] })
    expect(session).toMatchObject({
      payment_status: 'unpaid',
      subscription: { status: 'active' },
      invoice: { status: 'open' },
    })
    await shop.newEvents()
    await shop.sandbox.advance({ days: 3 })
    expect(await shop.stripe.checkout.sessions.retrieve(id, { expand: ['invoice'] })).toMatchObject({
      payment_status: 'paid',
      invoice: { status: 'paid' },
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice.updated',
      'invoice_payment.paid',
      'checkout.session.async_payment_succeeded',
    ])
  })

  test('goes on when the money does not come, with its first invoice void', async () => {
    const shop = await startBankShop()
    const { id } = await shop.open('subscription')
    shop.payByBank(id, accounts.failing)
    await shop.sandbox.advance({ days: 3 })
    expect(
      await shop.stripe.checkout.sessions.retrieve(id, { expand: ['subscription', 'invoice'] }),
    ).toMatchObject({
      payment_status: 'unpaid',
      subscription: { status: 'active' },
      invoice: { status: 'void' },
    })
    const types = typesOf(await shop.newEvents())
    expect(types).toEqual(
      expect.arrayContaining([
        'invoice.payment_failed',
        'invoice.voided',
        'checkout.session.async_payment_failed',
      ]),
    )
  })

  test('is renewed by debit: the invoice waits for the bank', async () => {
    const shop = await startBankShop()
    const { id } = await shop.open('subscription')
    shop.payByBank(id, accounts.succeeding)
    await shop.sandbox.advance({ days: 28, hours: 2 })
    const [renewal] = (await shop.stripe.invoices.list()).data
    expect(renewal).toMatchObject({ billing_reason: 'subscription_cycle', status: 'open' })
    await shop.sandbox.advance({ days: 3 })
    expect((await shop.stripe.invoices.retrieve(renewal?.id ?? '')).status).toBe('paid')
  })

  test('made by the API is active at once', async () => {
    const shop = await startBankShop()
    const customer = await shop.customerWithCard('pm_usBankAccount_success')
    const subscription = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: 'price_demo_team_monthly' }],
      expand: ['latest_invoice'],
    })
    expect(subscription).toMatchObject({ status: 'active', latest_invoice: { status: 'open' } })
  })

  test('whose renewal fails is past due', async () => {
    const shop = await startBankShop()
    const customer = await shop.customerWithCard()
    const { id } = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: 'price_demo_team_monthly' }],
    })
    const account = await shop.stripe.paymentMethods.attach('pm_usBankAccount_insufficientFunds', {
      customer: customer.id,
    })
    await shop.stripe.customers.update(customer.id, {
      invoice_settings: { default_payment_method: account.id },
    })
    await shop.sandbox.advance({ days: 28, hours: 2 })
    expect((await shop.stripe.subscriptions.retrieve(id)).status).toBe('active')
    await shop.sandbox.advance({ days: 3 })
    expect((await shop.stripe.subscriptions.retrieve(id)).status).toBe('past_due')
  })
})
