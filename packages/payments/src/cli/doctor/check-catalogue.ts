import type { Database } from '../../db/connect.ts'
import { listMirroredPriceIds } from '../../db/queries/offers.ts'
import type { StripeClient } from '../../stripe/client.ts'
import type { Finding } from './finding.ts'

/** Whether the prices that Stripe sells are the prices that the mirror offers. */
export async function checkCatalogue(stripe: StripeClient, db: Database): Promise<Finding[]> {
  const [prices, mirrored] = await Promise.all([
    stripe.prices.list({ active: true, limit: 100 }).autoPagingToArray({ limit: 10_000 }),
    listMirroredPriceIds(db),
  ])
  if (prices.length === 0) {
    return [
      {
        level: 'warning',
        area: 'catalogue',
        message: 'Stripe has no active price: there is nothing to sell',
        remedy: 'Create products with prices in the Stripe dashboard.',
      },
    ]
  }
  const known = new Set(mirrored)
  const missing = prices.filter(({ id }) => !known.has(id))
  const surplus = mirrored.filter((id) => !prices.some((price) => price.id === id))
  if (missing.length + surplus.length === 0) {
    return [{ level: 'ok', area: 'catalogue', message: `${prices.length} active price(s), all mirrored` }]
  }
  return [
    {
      level: 'problem',
      area: 'catalogue',
      message: `${missing.length} active price(s) at Stripe are not mirrored, ${surplus.length} mirrored one(s) are not active there`,
      remedy: 'Run `billhook sync catalog`; check that product.* and price.* events arrive.',
    },
  ]
}
