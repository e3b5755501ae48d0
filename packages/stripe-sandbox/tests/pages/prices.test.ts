import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { openPage, postForm, typedCard } from '../support/pages.ts'
import { start } from '../support/start.ts'

/** The texts of Checkout and, once it is paid, of the billing portal for so many of a monthly price. */
async function pagesOf(
  price: Omit<Stripe.PriceCreateParams, 'product' | 'product_data' | 'recurring'>,
  quantity: number,
  currency?: string,
): Promise<{ checkout: string; portal: string }> {
  const { stripe } = await start()
  const { id } = await stripe.prices.create({
    ...price,
    recurring: { interval: 'month' },
    product_data: { name: 'Team' },
  })
  const customer = await stripe.customers.create({ email: 'ada@example.com' })
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: id, quantity }],
    success_url: 'http://shop.test/thanks',
    ...(currency === undefined ? {} : { currency }),
  })
  const { text: checkout } = await openPage(session.url ?? '')
  await postForm(session.url ?? '', typedCard())
  const { id: configuration } = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true } },
  })
  const visit = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration,
    return_url: 'http://shop.test',
  })
  return { checkout, portal: (await openPage(visit.url)).text }
}

test('tiers are shown as what they come to', async () => {
  const { checkout, portal } = await pagesOf(
    {
      currency: 'usd',
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 5, unit_amount: 700 },
        { up_to: 'inf', unit_amount: 600 },
      ],
    },
    6,
  )
  expect(checkout).toContain('Subscribe to Team $41.00 per month')
  expect(checkout).toContain('Qty 6')
  expect(portal).toContain('$41.00 per month')
})

test('another currency than that of the price is the one that is shown', async () => {
  const { checkout, portal } = await pagesOf(
    { currency: 'usd', unit_amount: 2900, currency_options: { jpy: { unit_amount: 4000 } } },
    2,
    'jpy',
  )
  expect(checkout).toContain('¥8,000 per month')
  expect(portal).toContain('¥8,000 per month')
})

test('a price below one minor unit keeps its digits', async () => {
  const { checkout } = await pagesOf({ currency: 'usd', unit_amount_decimal: '0.5' as never }, 1000)
  expect(checkout).toContain('1000 × $0.005')
})
