import { describe, expect, test } from 'vitest'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('a payment method', () => {
  test.each([
    ['pm_card_visa', 'visa', '4242'],
    ['pm_card_mastercard', 'mastercard', '4444'],
    ['pm_card_amex', 'amex', '0005'],
  ])('%s is attached as a card of its own', async (id, brand, last4) => {
    const shop = await startShop()
    const customer = await shop.stripe.customers.create()
    const first = await shop.stripe.paymentMethods.attach(id, { customer: customer.id })
    const second = await shop.stripe.paymentMethods.attach(id, { customer: customer.id })
    expect(first).toMatchObject({ customer: customer.id, card: { brand, last4 } })
    expect(first.id).not.toBe(second.id)
    expect(first.card?.fingerprint).toBe(second.card?.fingerprint)
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('that declines cannot be saved', async () => {
    const shop = await startShop()
    const customer = await shop.stripe.customers.create()
    const call = shop.stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })
    expect(await failure(call)).toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await shop.stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([])
  })

  test('is made from a test number or a token, not from any other number', async () => {
    const shop = await startShop()
    const create = (number: string) =>
      shop.stripe.paymentMethods.create({
        type: 'card',
        card: { number, exp_month: 3, exp_year: 2031, cvc: '123' },
      })
    expect(await create('5555555555554444')).toMatchObject({ customer: null, card: { brand: 'mastercard' } })
    const fromToken = await shop.stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } })
    expect(fromToken.card?.last4).toBe('4242')
    expect(await failure(create('4111111111111111'))).toMatchObject({ code: 'card_declined' })
    expect(await failure(create('4242424242424241'))).toMatchObject({
      code: 'incorrect_number',
      param: 'card[number]',
    })
  })

  test('that expired is refused', async () => {
    const shop = await startShop()
    const call = shop.stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 12, exp_year: 2026, cvc: '123' },
    })
    expect(await failure(call)).toMatchObject({ code: 'invalid_expiry_year' })
  })

  test('once detached is gone for good, also as a default', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard()
    const [card] = (await shop.stripe.paymentMethods.list({ customer: customer.id })).data
    await shop.newEvents()
    expect((await shop.stripe.paymentMethods.detach(card?.id ?? '')).customer).toBeNull()
    expect(typesOf(await shop.newEvents())).toEqual(['payment_method.detached', 'customer.updated'])
    const after = await shop.stripe.customers.retrieve(customer.id)
    expect(after).toMatchObject({ invoice_settings: { default_payment_method: null } })
    const call = shop.stripe.paymentMethods.attach(card?.id ?? '', { customer: customer.id })
    expect(await failure(call)).toMatchObject({ code: 'payment_method_unexpected_state' })
  })

  test("is not found among another customer's", async () => {
    const shop = await startShop()
    const [mine, other] = [await shop.customerWithCard(), await shop.customerWithCard()]
    const [card] = (await shop.stripe.customers.listPaymentMethods(mine.id)).data
    const call = shop.stripe.customers.retrievePaymentMethod(other.id, card?.id ?? '')
    expect(await failure(call)).toMatchObject({ code: 'resource_missing' })
  })
})
