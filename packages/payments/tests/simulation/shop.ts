import type { StripeClient } from '../../src/stripe/client.ts'

/** What is on sale in every schedule. */
export interface Shop {
  /** Prices by the month. */
  plans: [string, string]
  planProduct: string
  oneTime: { product_id: string; price_id: string }
}

export async function openShop(stripe: StripeClient): Promise<Shop> {
  const plan = await stripe.products.create({ name: 'Plan', marketing_features: [{ name: 'Exports' }] })
  const prices = [900, 2_900].map((unit_amount) =>
    stripe.prices.create({
      product: plan.id,
      unit_amount,
      currency: 'usd',
      recurring: { interval: 'month' },
    }),
  )
  const [small, large] = await Promise.all(prices)
  const once = await stripe.products.create({
    name: 'Template',
    marketing_features: [{ name: 'Templates' }],
  })
  const price = await stripe.prices.create({ product: once.id, unit_amount: 1_900, currency: 'usd' })
  if (!small || !large) throw new Error('A shop has two plans')
  return {
    plans: [small.id, large.id],
    planProduct: plan.id,
    oneTime: { product_id: once.id, price_id: price.id },
  }
}
