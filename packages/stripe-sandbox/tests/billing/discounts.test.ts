import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const team = [{ price: 'price_demo_team_monthly' }]

/** A shop in which a customer subscribed with discounts of these coupons. */
async function subscribed(...coupons: Stripe.CouponCreateParams[]) {
  const shop = await startShop()
  const { stripe } = shop
  const customer = await shop.customerWithCard()
  const discounts = []
  for (const coupon of coupons) discounts.push({ coupon: (await stripe.coupons.create(coupon)).id })
  await shop.newEvents()
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: team, discounts })
  /** The totals of all invoices, the first one first. */
  const totals = async () => {
    const { data } = await stripe.invoices.list({ subscription: subscription.id, limit: 20 })
    return data.map((invoice) => invoice.total).reverse()
  }
  return { ...shop, customer, subscription, totals }
}

describe('how long a discount lasts', () => {
  test('once: the first invoice', async () => {
    const shop = await subscribed({ percent_off: 50, duration: 'once' })
    expect(shop.subscription.discounts).toEqual([])
    await shop.sandbox.advance({ days: 62 })
    expect(await shop.totals()).toEqual([1450, 2900, 2900])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('once, and the trial does not use it up', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard()
    const coupon = await shop.stripe.coupons.create({ percent_off: 50 })
    const { id } = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: team,
      discounts: [{ coupon: coupon.id }],
      trial_period_days: 10,
    })
    await shop.sandbox.advance({ days: 11 })
    const { data } = await shop.stripe.invoices.list({ subscription: id })
    expect(data.map((invoice) => invoice.total)).toEqual([1450, 0])
  })

  test('repeating: its months, and then it says that it is over', async () => {
    const shop = await subscribed({
      amount_off: 900,
      currency: 'usd',
      duration: 'repeating',
      duration_in_months: 3,
    })
    await shop.newEvents()
    await shop.sandbox.advance({ days: 90 })
    expect(await shop.totals()).toEqual([2000, 2000, 2000, 2900])
    const events = await shop.newEvents()
    expect(typesOf(events).filter((type) => type.startsWith('customer.discount'))).toEqual([
      'customer.discount.deleted',
    ])
    expect((await shop.stripe.subscriptions.retrieve(shop.subscription.id)).discounts).toEqual([])
  })

  test('forever', async () => {
    const shop = await subscribed({ percent_off: 10, duration: 'forever' })
    await shop.sandbox.advance({ days: 62 })
    expect(await shop.totals()).toEqual([2610, 2610, 2610])
  })
})

describe('an invoice with discounts', () => {
  test('itemises each of them, in total and on every line', async () => {
    const shop = await subscribed(
      { id: 'HALF', percent_off: 50, duration: 'forever' },
      { id: 'THREE', amount_off: 300, currency: 'usd', duration: 'forever' },
    )
    const invoice = await shop.stripe.invoices.retrieve(String(shop.subscription.latest_invoice), {
      expand: ['discounts.source.coupon', 'total_discount_amounts.discount'],
    })
    expect(invoice).toMatchObject({
      subtotal: 2900,
      total: 1150,
      discounts: [{ source: { coupon: { id: 'HALF' } } }, { source: { coupon: { id: 'THREE' } } }],
      total_discount_amounts: [{ amount: 1450 }, { amount: 300 }],
      lines: { data: [{ amount: 2900, discount_amounts: [{ amount: 1450 }, { amount: 300 }] }] },
    })
  })

  test('a coupon for a product leaves the other items alone', async () => {
    const shop = await startShop()
    const customer = await shop.customerWithCard()
    const coupon = await shop.stripe.coupons.create({
      percent_off: 50,
      applies_to: { products: ['prod_demo_starter'] },
    })
    const { latest_invoice: invoice } = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [...team, { price: 'price_demo_starter_monthly' }],
      discounts: [{ coupon: coupon.id }],
      expand: ['latest_invoice'],
    })
    expect(invoice).toMatchObject({
      total: 2900 + 450,
      lines: { data: [{ discount_amounts: [] }, { discount_amounts: [{ amount: 450 }] }] },
    })
  })

  test("an item's own discount goes with the item", async () => {
    const shop = await startShop()
    const { stripe } = shop
    const customer = await shop.customerWithCard()
    const coupon = await stripe.coupons.create({ percent_off: 100, duration: 'forever' })
    const starter = { price: 'price_demo_starter_monthly', discounts: [{ coupon: coupon.id }] }
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [...team, starter],
      expand: ['items.data.discounts', 'latest_invoice'],
    })
    const item = subscription.items.data[1]
    expect(item?.discounts).toMatchObject([{ subscription_item: item?.id, source: { coupon: coupon.id } }])
    expect(subscription.latest_invoice).toMatchObject({ total: 2900 })
    await shop.newEvents()
    await stripe.subscriptionItems.del(item?.id ?? '')
    expect(typesOf(await shop.newEvents())).toContain('customer.discount.deleted')
  })

  test('is what the preview said', async () => {
    const shop = await subscribed({ percent_off: 33.33, duration: 'forever' })
    const { total, total_discount_amounts: discounts } = await shop.stripe.invoices.createPreview({
      subscription: shop.subscription.id,
    })
    await shop.sandbox.advance({ days: 29 })
    const [renewal] = (await shop.stripe.invoices.list({ subscription: shop.subscription.id })).data
    expect(renewal).toMatchObject({ total, total_discount_amounts: discounts })
  })

  test('a preview shows what a code would save, and redeems nothing', async () => {
    const shop = await subscribed()
    const coupon = await shop.stripe.coupons.create({ percent_off: 25 })
    const preview = await shop.stripe.invoices.createPreview({
      subscription: shop.subscription.id,
      discounts: [{ coupon: coupon.id }],
    })
    expect(preview).toMatchObject({ subtotal: 2900, total: 2175 })
    expect((await shop.stripe.coupons.retrieve(coupon.id)).times_redeemed).toBe(0)
  })
})

describe('giving and taking discounts', () => {
  test('a new one takes the place of the old one, and both are announced', async () => {
    const shop = await subscribed({ percent_off: 10, duration: 'forever' })
    const coupon = await shop.stripe.coupons.create({ percent_off: 20, duration: 'forever' })
    await shop.newEvents()
    await shop.stripe.subscriptions.update(shop.subscription.id, { discounts: [{ coupon: coupon.id }] })
    expect(typesOf(await shop.newEvents())).toEqual([
      'customer.discount.deleted',
      'coupon.updated',
      'customer.discount.created',
      'customer.subscription.updated',
    ])
  })

  test('deleting the discount answers what it was', async () => {
    const shop = await subscribed({ id: 'TEN', percent_off: 10, duration: 'forever' })
    const deleted = await shop.stripe.subscriptions.deleteDiscount(shop.subscription.id)
    expect(deleted).toMatchObject({
      deleted: true,
      source: { coupon: 'TEN' },
      subscription: shop.subscription.id,
    })
    expect((await shop.stripe.subscriptions.retrieve(shop.subscription.id)).discounts).toEqual([])
    expect(await failure(shop.stripe.subscriptions.deleteDiscount(shop.subscription.id))).toMatchObject({
      statusCode: 404,
    })
  })

  test('nobody has a discount of the whole customer', async () => {
    const shop = await subscribed()
    expect(await failure(shop.stripe.customers.deleteDiscount(shop.customer.id))).toMatchObject({
      statusCode: 404,
    })
  })
})
