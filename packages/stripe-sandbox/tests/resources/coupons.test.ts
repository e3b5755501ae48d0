import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startShop } from '../support/shop.ts'
import { failure, start } from '../support/start.ts'

const team = [{ price: 'price_demo_team_monthly' }]

describe('a coupon', () => {
  test('is what it was made as, and is announced', async () => {
    const { stripe } = await start()
    const coupon = await stripe.coupons.create({
      id: 'TEN',
      percent_off: 10,
      name: 'Ten off',
      metadata: { a: '1' },
    })
    expect(coupon).toMatchObject({
      id: 'TEN',
      percent_off: 10,
      duration: 'once',
      times_redeemed: 0,
      valid: true,
    })
    expect((await stripe.events.list({ type: 'coupon.created' })).data[0]?.data.object).toEqual(coupon)
    expect(await stripe.coupons.retrieve('TEN')).toMatchObject({ name: 'Ten off' })
  })

  test('without an id gets one of eight characters', async () => {
    const { stripe } = await start()
    expect((await stripe.coupons.create({ percent_off: 5 })).id).toMatch(/^[A-Za-z0-9]{8}$/)
  })

  test.each<[Stripe.CouponCreateParams, string]>([
    [{}, 'percent_off'],
    [{ percent_off: 10, amount_off: 5, currency: 'usd' }, 'percent_off'],
    [{ amount_off: 500 }, 'currency'],
    [{ percent_off: 101 }, 'percent_off'],
    [{ percent_off: 10.123 }, 'percent_off'],
    [{ percent_off: 10, duration: 'repeating' }, 'duration_in_months'],
    [{ percent_off: 10, duration_in_months: 3 }, 'duration_in_months'],
    [{ percent_off: 10, max_redemptions: 0 }, 'max_redemptions'],
    [{ percent_off: 10, redeem_by: 1 }, 'redeem_by'],
    [{ percent_off: 10, applies_to: { products: ['prod_no'] } }, 'applies_to[products][0]'],
    [{ percent_off: 10, currency_options: { eur: { amount_off: 5 } } }, 'currency_options'],
    [{ amount_off: 5, currency: 'xyz' }, 'currency'],
  ])('%j is refused', async (parameters, param) => {
    const { stripe } = await start()
    expect(await failure(stripe.coupons.create(parameters))).toMatchObject({ statusCode: 400, param })
  })

  test('an id cannot be taken twice', async () => {
    const { stripe } = await start()
    await stripe.coupons.create({ id: 'TEN', percent_off: 10 })
    expect(await failure(stripe.coupons.create({ id: 'TEN', percent_off: 20 }))).toMatchObject({
      code: 'resource_already_exists',
      message: 'Coupon already exists.',
    })
  })

  test('shows its products and currencies only when asked', async () => {
    const { stripe } = await start({ seed: 'demo' })
    const { id } = await stripe.coupons.create({
      amount_off: 500,
      currency: 'usd',
      currency_options: { eur: { amount_off: 450 } },
      applies_to: { products: ['prod_demo_team'] },
    })
    expect(Object.keys(await stripe.coupons.retrieve(id))).not.toContain('applies_to')
    expect(await stripe.coupons.retrieve(id, { expand: ['applies_to', 'currency_options'] })).toMatchObject({
      applies_to: { products: ['prod_demo_team'] },
      currency_options: { usd: { amount_off: 500 }, eur: { amount_off: 450 } },
    })
  })

  test('can be renamed and given further currencies, and says what was before', async () => {
    const { stripe } = await start()
    await stripe.coupons.create({ id: 'FIVE', amount_off: 500, currency: 'usd', name: 'Five' })
    await stripe.coupons.update('FIVE', { name: 'Five off', currency_options: { gbp: { amount_off: 400 } } })
    const [event] = (await stripe.events.list({ type: 'coupon.updated' })).data
    expect(event?.data.previous_attributes).toEqual({ name: 'Five' })
    expect(
      (await stripe.coupons.retrieve('FIVE', { expand: ['currency_options'] })).currency_options,
    ).toEqual({
      usd: { amount_off: 500 },
      gbp: { amount_off: 400 },
    })
  })
})

describe('the end of a coupon', () => {
  test('comes with its redeem_by', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard()
    await shop.stripe.coupons.create({ id: 'SOON', percent_off: 10, redeem_by: shop.clock.now() + 3600 })
    await shop.sandbox.advance({ hours: 1 })
    expect((await shop.stripe.coupons.retrieve('SOON')).valid).toBe(false)
    const late = shop.stripe.subscriptions.create({
      customer: customer.id,
      items: team,
      discounts: [{ coupon: 'SOON' }],
    })
    expect(await failure(late)).toMatchObject({ code: 'coupon_expired', param: 'discounts[0][coupon]' })
  })

  test('comes with its last redemption, and takes its codes along', async () => {
    const shop = await startShop()
    const { stripe } = shop
    const customer = await shop.customerWithCard()
    await stripe.coupons.create({ id: 'ONE', percent_off: 10, max_redemptions: 1 })
    const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: 'ONE' } })
    await stripe.subscriptions.create({
      customer: customer.id,
      items: team,
      discounts: [{ promotion_code: code.id }],
    })
    expect(await stripe.coupons.retrieve('ONE')).toMatchObject({ times_redeemed: 1, valid: false })
    expect(await stripe.promotionCodes.retrieve(code.id)).toMatchObject({ times_redeemed: 1, active: false })
  })

  test('by deletion leaves given discounts as they are, also when another coupon takes the id', async () => {
    const shop = await startShop()
    const { stripe } = shop
    const customer = await shop.customerWithCard()
    await stripe.coupons.create({ id: 'LAUNCH', percent_off: 50, duration: 'forever' })
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: team,
      discounts: [{ coupon: 'LAUNCH' }],
    })
    expect(await stripe.coupons.del('LAUNCH')).toMatchObject({ deleted: true })
    expect(await failure(stripe.coupons.retrieve('LAUNCH'))).toMatchObject({ code: 'resource_missing' })
    expect((await stripe.coupons.list()).data).toEqual([])
    await stripe.coupons.create({ id: 'LAUNCH', percent_off: 10 })
    await shop.sandbox.advance({ days: 29 })
    const [renewal] = (await stripe.invoices.list({ subscription: id })).data
    expect(renewal).toMatchObject({ billing_reason: 'subscription_cycle', total: 1450 })
  })
})
