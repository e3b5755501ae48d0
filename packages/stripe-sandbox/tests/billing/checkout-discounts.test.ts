import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { applyTypedCode, removeCheckoutDiscount } from '../../src/billing/checkout-discount.ts'
import { cards, everythingConforms, startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const oneTime: Partial<Stripe.Checkout.SessionCreateParams> = {
  mode: 'payment',
  line_items: [{ price: 'price_demo_templates', quantity: 2 }],
}

/** A shop with the coupon TEN (10 % forever) and a code SAVE that leads to it. */
async function withCoupon(coupon: Stripe.CouponCreateParams = { percent_off: 10, duration: 'forever' }) {
  const shop = await startShop()
  await shop.stripe.coupons.create({ id: 'TEN', ...coupon })
  const code = await shop.stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: 'TEN' },
    code: 'SAVE',
  })
  const { context } = shop.sandbox
  const session = (id: string) => {
    const found = context.store.get('checkout.session', id)
    if (!found) throw new Error(`no session ${id}`)
    return found
  }
  return {
    ...shop,
    code,
    typeCode: (id: string, text = 'save') =>
      context.store.transaction(() => applyTypedCode(context, session(id), text)),
    removeCode: (id: string) => context.store.transaction(() => removeCheckoutDiscount(context, session(id))),
  }
}

describe('a session with a discount', () => {
  test('shows what it saves, in total and on each line', async () => {
    const { stripe, checkout } = await withCoupon()
    const session = await checkout({ ...oneTime, discounts: [{ coupon: 'TEN' }] })
    expect(session).toMatchObject({
      amount_subtotal: 3800,
      amount_total: 3420,
      discounts: [{ coupon: 'TEN', promotion_code: null }],
      total_details: { amount_discount: 380, amount_tax: 0 },
    })
    const expanded = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['total_details.breakdown', 'line_items.data.discounts'],
    })
    const saving = { amount: 380, discount: { source: { coupon: 'TEN' }, checkout_session: session.id } }
    expect(expanded.total_details?.breakdown).toMatchObject({ discounts: [saving], taxes: [] })
    expect(expanded.line_items?.data).toMatchObject([
      { amount_subtotal: 3800, amount_discount: 380, amount_total: 3420, discounts: [saving] },
    ])
  })

  test('redeems the coupon with the payment, and not before', async () => {
    const { stripe, checkout, pay } = await withCoupon()
    const session = await checkout({ ...oneTime, discounts: [{ coupon: 'TEN' }] })
    expect((await stripe.coupons.retrieve('TEN')).times_redeemed).toBe(0)
    pay(session.id)
    expect((await stripe.coupons.retrieve('TEN')).times_redeemed).toBe(1)
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    })
    expect(intent).toMatchObject({ amount_received: 3420 })
  })

  test('makes a subscription that has it, and an invoice of the amount that was paid', async () => {
    const { stripe, checkout, pay, sandbox } = await withCoupon()
    const session = await checkout({ discounts: [{ coupon: 'TEN' }] })
    pay(session.id)
    const { subscription, invoice } = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.discounts', 'invoice'],
    })
    expect(subscription).toMatchObject({ discounts: [{ source: { coupon: 'TEN' }, checkout_session: null }] })
    expect(invoice).toMatchObject({ subtotal: 2900, total: 2610, amount_paid: 2610, status: 'paid' })
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test('puts it on the invoice of a one-time purchase', async () => {
    const { stripe, checkout, pay } = await withCoupon()
    const session = await checkout({
      ...oneTime,
      customer_creation: 'always',
      invoice_creation: { enabled: true },
      discounts: [{ coupon: 'TEN' }],
    })
    pay(session.id)
    const { invoice } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
    expect(invoice).toMatchObject({
      total: 3420,
      amount_paid: 3420,
      total_discount_amounts: [{ amount: 380 }],
    })
  })

  test('of everything is paid without a card', async () => {
    const { stripe, checkout, pay } = await withCoupon({ percent_off: 100 })
    const session = await checkout({ ...oneTime, discounts: [{ coupon: 'TEN' }] })
    expect(pay(session.id, null)).toEqual({ outcome: 'complete' })
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      amount_total: 0,
    })
  })

  test('during a trial saves nothing today and something later', async () => {
    const { stripe, checkout, pay, sandbox } = await withCoupon()
    const session = await checkout({
      discounts: [{ coupon: 'TEN' }],
      subscription_data: { trial_period_days: 7 },
    })
    expect(session).toMatchObject({ amount_total: 0, total_details: { amount_discount: 0 } })
    pay(session.id)
    await sandbox.advance({ days: 8 })
    const [invoice] = (await stripe.invoices.list()).data
    expect(invoice).toMatchObject({ billing_reason: 'subscription_cycle', total: 2610 })
  })
})

describe('the session is refused', () => {
  test('with both a discount and a field for codes', async () => {
    const { checkout } = await withCoupon()
    const both = checkout({ allow_promotion_codes: true, discounts: [{ coupon: 'TEN' }] })
    expect(await failure(both)).toMatchObject({ code: 'parameters_exclusive' })
  })

  test('with two discounts', async () => {
    const { checkout } = await withCoupon()
    const two = checkout({ discounts: [{ coupon: 'TEN' }, { coupon: 'TEN' }] })
    expect(await failure(two)).toMatchObject({ param: 'discounts' })
  })

  test('with a coupon that leaves less than can be charged', async () => {
    const { checkout } = await withCoupon({ amount_off: 3799, currency: 'usd' })
    const tooLittle = checkout({ ...oneTime, discounts: [{ coupon: 'TEN' }] })
    expect(await failure(tooLittle)).toMatchObject({ code: 'amount_too_small' })
  })

  test('for a guest with a code for first-time customers', async () => {
    const { stripe, checkout } = await withCoupon()
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: 'TEN' },
      restrictions: { first_time_transaction: true },
    })
    expect(await failure(checkout({ discounts: [{ promotion_code: code.id }] }))).toMatchObject({
      code: 'promotion_code_customer_missing_first_time',
    })
  })
})

describe('a code that the buyer types', () => {
  test('changes the total, and can be taken off again', async () => {
    const { stripe, checkout, typeCode, removeCode, code } = await withCoupon()
    const { id } = await checkout({ allow_promotion_codes: true })
    expect(typeCode(id)).toMatchObject({
      session: { amount_total: 2610, discounts: [{ coupon: 'TEN', promotion_code: code.id }] },
    })
    removeCode(id)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ amount_total: 2900, discounts: [] })
  })

  test('is paid by the next card after one that was declined', async () => {
    const { stripe, checkout, typeCode, pay } = await withCoupon()
    const { id } = await checkout({ ...oneTime, allow_promotion_codes: true })
    pay(id, cards.declined)
    typeCode(id)
    pay(id)
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(id, {
      expand: ['payment_intent'],
    })
    expect(intent).toMatchObject({ amount: 3420, amount_received: 3420, status: 'succeeded' })
  })

  test('makes a challenge for the old amount worthless', async () => {
    const { checkout, typeCode, pay, answerChallenge, stripe } = await withCoupon()
    const { id } = await checkout({ ...oneTime, allow_promotion_codes: true })
    const challenge = pay(id, cards.challenged)
    typeCode(id)
    answerChallenge(challenge)
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('open')
    expect((await stripe.charges.list()).data).toEqual([])
  })

  test('is refused where the session has no field for it', async () => {
    const { checkout, typeCode } = await withCoupon()
    const { id } = await checkout()
    expect(typeCode(id)).toMatchObject({ message: 'This code is invalid.' })
  })

  test('is refused when it saves nothing in this purchase', async () => {
    const { stripe, checkout, typeCode } = await withCoupon({
      percent_off: 10,
      applies_to: { products: ['prod_demo_starter'] },
    })
    const { id } = await checkout({ allow_promotion_codes: true })
    expect(typeCode(id)).toMatchObject({ message: expect.stringContaining('not valid for anything') })
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ amount_total: 2900, discounts: [] })
  })
})
