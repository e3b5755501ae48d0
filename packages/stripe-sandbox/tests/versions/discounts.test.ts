import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { misfits, olderVersions } from '../support/fits-version.ts'
import { startReceiver } from '../support/receiver.ts'
import { startShop } from '../support/shop.ts'

/** Events of a sale with a coupon, a code and a tax rate, from their beginning to their end, as an endpoint of a version gets them. */
async function delivered(version: string): Promise<Stripe.Event[]> {
  const receiver = await startReceiver()
  const shop = await startShop()
  const { stripe } = shop
  await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['*'],
    // A boundary: the SDK's type of this parameter lists every version that there ever was.
    api_version: version as Stripe.WebhookEndpointCreateParams.ApiVersion,
  })
  const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'forever' })
  const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id } })
  const vat = await stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: true })
  const { id } = await shop.checkout({
    line_items: [{ price: 'price_demo_team_monthly', quantity: 1, tax_rates: [vat.id] }],
    discounts: [{ promotion_code: code.id }],
  })
  shop.pay(id)
  const { subscription } = await stripe.checkout.sessions.retrieve(id)
  await stripe.subscriptions.deleteDiscount(String(subscription))
  await stripe.taxRates.update(vat.id, { active: false })
  await stripe.coupons.del(coupon.id)
  const { store } = shop.sandbox.context
  await eventually(() => [...store.all('delivery')].every(({ deliveredAt }) => deliveredAt !== null)).toBe(
    true,
  )
  // A boundary: the sandbox delivers events.
  return receiver.received.map(({ body }) => JSON.parse(String(body)) as Stripe.Event)
}

test.each(olderVersions)('discounts and taxes at %s have the fields of that version', async (version) => {
  const events = await delivered(version)
  expect(events.map(({ type }) => type)).toContain('customer.discount.deleted')
  expect([...new Set(events.flatMap(({ data }) => misfits(data.object, version)))]).toEqual([])
})

test('at acacia the subscription has its one discount, with the coupon itself, and the invoice its tax', async () => {
  const events = await delivered('2025-02-24.acacia')
  const objectOf = (type: string) => events.find((event) => event.type === type)?.data.object
  expect(objectOf('customer.subscription.created')).toMatchObject({
    discount: { coupon: { percent_off: 20 }, promotion_code: expect.stringMatching(/^promo_/) },
  })
  expect(objectOf('invoice.paid')).toMatchObject({
    discount: { coupon: { percent_off: 20 } },
    total: 2320,
    tax: 387,
    total_tax_amounts: [{ amount: 387, inclusive: true }],
  })
})
