import type { StripeClient } from '../../src/stripe/client.ts'

/** What is on sale in every schedule. */
export interface Shop {
  /** Two prices by the month, and one by the week: so that a renewal comes without a month of hours in which the feed looks back. */
  plans: [string, string, string]
  planProduct: string
  oneTime: { product_id: string; price_id: string }
}

export async function openShop(stripe: StripeClient): Promise<Shop> {
  const plan = await stripe.products.create({ name: 'Plan', marketing_features: [{ name: 'Exports' }] })
  const prices = (
    [
      [900, 'month'],
      [2_900, 'month'],
      [400, 'week'],
    ] as const
  ).map(([unit_amount, interval]) =>
    stripe.prices.create({ product: plan.id, unit_amount, currency: 'usd', recurring: { interval } }),
  )
  const [small, large, weekly] = await Promise.all(prices)
  const once = await stripe.products.create({
    name: 'Template',
    marketing_features: [{ name: 'Templates' }],
  })
  const price = await stripe.prices.create({ product: once.id, unit_amount: 1_900, currency: 'usd' })
  if (!small || !large || !weekly) throw new Error('A shop has three plans')
  return {
    plans: [small.id, large.id, weekly.id],
    planProduct: plan.id,
    oneTime: { product_id: once.id, price_id: price.id },
  }
}
