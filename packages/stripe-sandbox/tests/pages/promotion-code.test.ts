import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { openPage, postForm, typedCard } from '../support/pages.ts'
import { start } from '../support/start.ts'

/** A Checkout for $29.00 a month with a field for codes, and a code SAVE10. */
async function checkoutWithCode(coupon: Stripe.CouponCreateParams, allowed = true) {
  const { stripe } = await start({ seed: 'demo' })
  await stripe.coupons.create({ id: 'SALE', ...coupon })
  await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: 'SALE' }, code: 'SAVE10' })
  const { url, id } = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: 'price_demo_team_monthly', quantity: 1 }],
    success_url: 'http://shop.test/thanks',
    ...(allowed ? { allow_promotion_codes: true } : { discounts: [{ coupon: 'SALE' }] }),
  })
  const page = url ?? ''
  return {
    stripe,
    id,
    page,
    apply: (code: string) => postForm(`${page}/promotion-code/apply`, { promotion_code: code }),
    remove: () => postForm(`${page}/promotion-code/remove`),
  }
}

test('a code shows what it saves and what the plan costs later', async () => {
  const { page, apply } = await checkoutWithCode({ percent_off: 10 })
  expect((await openPage(page)).text).toContain('Promotion code')
  expect(await apply('save10')).toMatchObject({ status: 303, location: new URL(page).pathname })
  const { text } = await openPage(page)
  expect(text).toContain('$26.10 today Then $29.00 per month')
  expect(text).toContain('SAVE10 10% off −$2.90 Total due today $26.10 Remove SAVE10')
})

test('a code is taken off again', async () => {
  const { page, apply, remove } = await checkoutWithCode({ percent_off: 10 })
  await apply('SAVE10')
  await remove()
  const { text } = await openPage(page)
  expect(text).toContain('Total due today $29.00')
  expect(text).not.toContain('SAVE10')
})

test('a wrong code is said at the field, and stays in it', async () => {
  const { apply } = await checkoutWithCode({ percent_off: 10 })
  const answer = await apply('NOPE')
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('This code is invalid.')
  expect(answer.markup).toContain('value="NOPE"')
  expect((await apply('')).text).toContain('Enter a promotion code.')
})

test('what was applied is what is paid', async () => {
  const { stripe, id, page, apply } = await checkoutWithCode({
    amount_off: 1000,
    currency: 'usd',
    duration: 'forever',
  })
  await apply('SAVE10')
  await postForm(page, { email: 'ada@example.com', ...typedCard() })
  const { invoice } = await stripe.checkout.sessions.retrieve(id, { expand: ['invoice'] })
  expect(invoice).toMatchObject({ amount_paid: 1900 })
})

test('a discount that the shop gave is shown and cannot be taken off', async () => {
  const { page, remove } = await checkoutWithCode(
    { percent_off: 50, duration: 'repeating', duration_in_months: 3 },
    false,
  )
  await remove()
  const { text } = await openPage(page)
  expect(text).toContain('$14.50 today For 3 months, then $29.00 per month')
  expect(text).toContain('SALE 50% off for 3 months −$14.50')
  expect(text).not.toContain('Remove')
})
