import { describe, expect, test } from 'vitest'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const dollars20 = { amount: 2000, currency: 'usd' }
const direct = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const

describe('a PaymentIntent', () => {
  test('confirmed with a good card succeeds', async () => {
    const shop = await startShop()
    const intent = await shop.stripe.paymentIntents.create({ ...dollars20, ...direct })
    expect(intent.status).toBe('requires_payment_method')
    const paid = await shop.stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      expand: ['latest_charge'],
    })
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
      latest_charge: { paid: true, receipt_url: expect.stringContaining('/receipts/ch_') },
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('declined keeps the failed charge and can be paid with another card', async () => {
    const shop = await startShop()
    const intent = await shop.stripe.paymentIntents.create({ ...dollars20, ...direct })
    const call = shop.stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    })
    expect(await failure(call)).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
      payment_intent: { id: intent.id, status: 'requires_payment_method' },
    })
    const after = await shop.stripe.paymentIntents.retrieve(intent.id)
    expect(after.last_payment_error?.decline_code).toBe('insufficient_funds')
    await shop.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    const charges = await shop.stripe.charges.list({ payment_intent: intent.id })
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('off session is declined where a challenge would be needed', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard('pm_card_authenticationRequiredOnSetup')
    const [card] = (await shop.stripe.paymentMethods.list({ customer: customer.id })).data
    const call = shop.stripe.paymentIntents.create({
      ...dollars20,
      ...direct,
      customer: customer.id,
      payment_method: card?.id ?? '',
      off_session: true,
      confirm: true,
    })
    expect(await failure(call)).toMatchObject({ code: 'authentication_required' })
  })

  test('may redirect only to an address that it was told', async () => {
    const shop = await startShop()
    const intent = await shop.stripe.paymentIntents.create(dollars20)
    const call = shop.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    expect(await failure(call)).toMatchObject({
      message: expect.stringContaining('you must provide a `return_url`'),
    })
  })

  test('that needs a challenge says where, and succeeds after it', async () => {
    const shop = await startShop()
    const intent = await shop.stripe.paymentIntents.create({
      ...dollars20,
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: 'https://shop.example/back?order=7',
    })
    expect(intent.status).toBe('requires_action')
    const url = intent.next_action?.redirect_to_url?.url ?? ''
    expect(url).toContain(`${shop.sandbox.url}/3ds/`)
    const authenticationId = url.split('/').at(-1) ?? ''
    shop.answerChallenge({ outcome: 'requires_action', authenticationId })
    expect((await shop.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('can be canceled until it has succeeded', async () => {
    const shop = await startShop()
    const intent = await shop.stripe.paymentIntents.create({ ...dollars20, ...direct })
    expect((await shop.stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled')
    const call = shop.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    expect(await failure(call)).toMatchObject({ code: 'payment_intent_unexpected_state' })
  })

  test.each([
    ['too little', { amount: 49, currency: 'usd' }, 'amount_too_small'],
    ['too little in yen', { amount: 49, currency: 'jpy' }, 'amount_too_small'],
    ['too much', { amount: 100_000_000, currency: 'usd' }, 'amount_too_large'],
  ])('of %s is refused', async (_, amount, code) => {
    const shop = await startShop()
    expect(await failure(shop.stripe.paymentIntents.create(amount))).toMatchObject({ code, param: 'amount' })
  })
})

/** A shop with one payment of 20 dollars. */
async function withPayment() {
  const shop = await startShop()
  const intent = await shop.stripe.paymentIntents.create({
    ...dollars20,
    ...direct,
    payment_method: 'pm_card_visa',
    confirm: true,
  })
  await shop.newEvents()
  return { ...shop, intent: intent.id, charge: intent.latest_charge as string }
}

describe('a refund', () => {
  test('of everything marks the charge refunded', async () => {
    const shop = await withPayment()
    const refund = await shop.stripe.refunds.create({
      payment_intent: shop.intent,
      reason: 'requested_by_customer',
      metadata: { ticket: '9' },
    })
    expect(refund).toMatchObject({
      amount: 2000,
      status: 'succeeded',
      charge: shop.charge,
      metadata: { ticket: '9' },
    })
    expect(await shop.stripe.charges.retrieve(shop.charge, { expand: ['refunds'] })).toMatchObject({
      refunded: true,
      amount_refunded: 2000,
      refunds: { data: [{ id: refund.id }] },
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'refund.created',
      'charge.refunded',
      'refund.updated',
      'charge.refund.updated',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('of a part leaves the rest refundable', async () => {
    const shop = await withPayment()
    await shop.stripe.refunds.create({ charge: shop.charge, amount: 500 })
    expect(await shop.stripe.charges.retrieve(shop.charge)).toMatchObject({
      refunded: false,
      amount_refunded: 500,
    })
    await shop.stripe.refunds.create({ charge: shop.charge })
    const { data } = await shop.stripe.refunds.list({ charge: shop.charge })
    expect(data.map((each) => each.amount)).toEqual([1500, 500])
  })

  test('of more than is left is refused', async () => {
    const shop = await withPayment()
    await shop.stripe.refunds.create({ charge: shop.charge, amount: 1500 })
    const call = shop.stripe.refunds.create({ charge: shop.charge, amount: 501 })
    expect(await failure(call)).toMatchObject({
      message: 'Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)',
    })
  })

  test('of what was refunded already is refused', async () => {
    const shop = await withPayment()
    await shop.stripe.refunds.create({ charge: shop.charge })
    expect(await failure(shop.stripe.refunds.create({ charge: shop.charge }))).toMatchObject({
      code: 'charge_already_refunded',
    })
  })

  test('needs to be told of what', async () => {
    const shop = await withPayment()
    expect(await failure(shop.stripe.refunds.create({ amount: 5 }))).toMatchObject({ statusCode: 400 })
  })
})
