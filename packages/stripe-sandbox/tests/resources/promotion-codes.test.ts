import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const team = [{ price: 'price_demo_team_monthly' }]
const ten: Stripe.PromotionCodeCreateParams['promotion'] = { type: 'coupon', coupon: 'TEN' }

/** A shop with a coupon of 10 % and a customer who has not paid yet. */
async function withCoupon() {
  const shop = await startShop()
  await shop.stripe.coupons.create({ id: 'TEN', percent_off: 10, duration: 'forever' })
  const customer = await shop.customerWithCard()
  const subscribe = (promotionCode: string, customerId = customer.id) =>
    shop.stripe.subscriptions.create({
      customer: customerId,
      items: team,
      discounts: [{ promotion_code: promotionCode }],
    })
  return { ...shop, customer, subscribe }
}

describe('a promotion code', () => {
  test('leads to its coupon, and is announced', async () => {
    const { stripe } = await withCoupon()
    const code = await stripe.promotionCodes.create({
      promotion: ten,
      code: 'Spring-27',
      metadata: { a: '1' },
    })
    expect(code).toMatchObject({ code: 'Spring-27', active: true, promotion: { coupon: 'TEN' } })
    expect((await stripe.events.list({ type: 'promotion_code.created' })).data[0]?.data.object).toEqual(code)
    const expanded = await stripe.promotionCodes.retrieve(code.id, { expand: ['promotion.coupon'] })
    expect(expanded.promotion.coupon).toMatchObject({ id: 'TEN', percent_off: 10 })
  })

  test('is made up when it is not given', async () => {
    const { stripe } = await withCoupon()
    expect((await stripe.promotionCodes.create({ promotion: ten })).code).toMatch(/^[A-Z0-9]{8}$/)
  })

  test('is found by what it reads, whatever the case', async () => {
    const { stripe } = await withCoupon()
    const { id } = await stripe.promotionCodes.create({ promotion: ten, code: 'SPRING' })
    await stripe.promotionCodes.create({ promotion: ten, code: 'OTHER' })
    expect(
      (await stripe.promotionCodes.list({ code: 'spring', active: true })).data.map((each) => each.id),
    ).toEqual([id])
  })

  test('reads like no other active one, whatever the case', async () => {
    const { stripe, customer } = await withCoupon()
    const { id } = await stripe.promotionCodes.create({ promotion: ten, code: 'SPRING' })
    const again = () => stripe.promotionCodes.create({ promotion: ten, code: 'spring' })
    expect(await failure(again())).toMatchObject({
      param: 'code',
      message: 'An active promotion code with `code: spring` already exists.',
    })
    await stripe.promotionCodes.create({ promotion: ten, code: 'spring', customer: customer.id })
    await stripe.promotionCodes.update(id, { active: false })
    await again()
    expect(await failure(stripe.promotionCodes.update(id, { active: true }))).toMatchObject({ param: 'code' })
  })

  test('cannot promise more than its coupon', async () => {
    const shop = await startShop()
    const { stripe } = shop
    const soon = shop.clock.now() + 3600
    await stripe.coupons.create({ id: 'TEN', percent_off: 10, max_redemptions: 5, redeem_by: soon })
    expect(await failure(stripe.promotionCodes.create({ promotion: ten, max_redemptions: 6 }))).toMatchObject(
      {
        param: 'max_redemptions',
      },
    )
    expect(
      await failure(stripe.promotionCodes.create({ promotion: ten, expires_at: soon + 1 })),
    ).toMatchObject({
      param: 'expires_at',
    })
  })
})

describe('who may use it', () => {
  test('the subscription has the discount and names the code', async () => {
    const { stripe, subscribe } = await withCoupon()
    const code = await stripe.promotionCodes.create({ promotion: ten })
    const { id } = await subscribe(code.id)
    const subscription = await stripe.subscriptions.retrieve(id, {
      expand: ['discounts.promotion_code', 'discounts.source.coupon', 'latest_invoice'],
    })
    expect(subscription).toMatchObject({
      discounts: [{ promotion_code: { id: code.id, times_redeemed: 1 }, source: { coupon: { id: 'TEN' } } }],
      latest_invoice: { subtotal: 2900, total: 2610, amount_paid: 2610 },
    })
  })

  test('not after it expired', async () => {
    const { stripe, subscribe, clock, sandbox } = await withCoupon()
    const code = await stripe.promotionCodes.create({ promotion: ten, expires_at: clock.now() + 3600 })
    await sandbox.advance({ hours: 1 })
    expect((await stripe.promotionCodes.retrieve(code.id)).active).toBe(false)
    expect((await failure(subscribe(code.id))).message).toMatch(/expired or inactive/)
  })

  test('not oftener than it says', async () => {
    const { stripe, subscribe, customerWithCard } = await withCoupon()
    const code = await stripe.promotionCodes.create({ promotion: ten, max_redemptions: 1 })
    await subscribe(code.id)
    const another = await customerWithCard()
    expect((await failure(subscribe(code.id, another.id))).message).toBe(
      'This promotion code cannot be redeemed because it has been used the maximum number of times.',
    )
  })

  test('not somebody else than its customer', async () => {
    const { stripe, subscribe, customerWithCard } = await withCoupon()
    const another = await customerWithCard()
    const code = await stripe.promotionCodes.create({ promotion: ten, customer: another.id })
    expect((await failure(subscribe(code.id))).message).toMatch(/another customer/)
    await subscribe(code.id, another.id)
  })

  test('not somebody who has paid before, when it is for the first time', async () => {
    const { stripe, subscribe, customer } = await withCoupon()
    await stripe.subscriptions.create({ customer: customer.id, items: team })
    const code = await stripe.promotionCodes.create({
      promotion: ten,
      restrictions: { first_time_transaction: true },
    })
    expect(await failure(subscribe(code.id))).toMatchObject({
      code: 'promotion_code_customer_not_first_time',
      message:
        'This promotion code cannot be redeemed because the associated customer has prior transactions.',
      param: 'discounts[0][promotion_code]',
    })
  })

  test('not for less than its minimum, in the currency of the purchase', async () => {
    const { stripe, subscribe } = await withCoupon()
    const code = await stripe.promotionCodes.create({
      promotion: ten,
      restrictions: {
        minimum_amount: 2901,
        minimum_amount_currency: 'usd',
        currency_options: { eur: { minimum_amount: 2500 } },
      },
    })
    expect((await failure(subscribe(code.id))).message).toMatch(/minimum amount requirement/)
    const shown = await stripe.promotionCodes.retrieve(code.id, { expand: ['restrictions.currency_options'] })
    expect(shown.restrictions.currency_options).toEqual({
      usd: { minimum_amount: 2901 },
      eur: { minimum_amount: 2500 },
    })
  })

  test('a minimum amount never fits a running subscription', async () => {
    const { stripe, customer } = await withCoupon()
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: team })
    const code = await stripe.promotionCodes.create({
      promotion: ten,
      restrictions: { minimum_amount: 1, minimum_amount_currency: 'usd' },
    })
    const update = stripe.subscriptions.update(id, { discounts: [{ promotion_code: code.id }] })
    expect((await failure(update)).message).toMatch(/minimum amount, which only a purchase has/)
  })
})
