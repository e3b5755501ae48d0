import { upsertRow } from '../db/queries/mirror-row.ts'
import { deactivatePrice, type NewPriceRow } from '../db/queries/prices.ts'
import type { Stripe } from '../stripe/client.ts'
import { isAbsent } from '../stripe/errors.ts'
import { expanded, fromUnix, idOf, rawJson } from './adapt.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { SyncContext } from './context.ts'
import { productItem } from './product.ts'

/** One price with its product: the price may be heard of first. One that was deleted at Stripe is not sold any more. */
export async function fetchPrice(context: SyncContext, id: string): Promise<CatalogueItem> {
  try {
    const price = await context.stripe.prices.retrieve(id, { expand: ['product'] })
    const product = expanded<Stripe.Product | Stripe.DeletedProduct>(price.product)
    const item = priceItem(price)
    return {
      ...item,
      write: async (tx, now) => {
        if (product) await productItem(product).write(tx, now)
        await item.write(tx, now)
      },
    }
  } catch (error) {
    if (!isAbsent(error)) throw error
    return { resource: 'price', id, row: () => null, write: (tx, now) => deactivatePrice(tx, id, now) }
  }
}

export function priceItem(price: Stripe.Price): CatalogueItem {
  return {
    resource: 'price',
    id: price.id,
    row: (now) => adaptPrice(price, now),
    write: (tx, now) => upsertRow(tx, 'prices', adaptPrice(price, now)),
  }
}

function adaptPrice(price: Stripe.Price, now: Date): NewPriceRow {
  const { recurring } = price
  return {
    id: price.id,
    product_id: idOf(price.product) ?? '',
    kind: recurring ? 'recurring' : 'one_time',
    active: price.active,
    unit_amount_minor: fixedAmount(price),
    currency: price.currency,
    interval: recurring?.interval ?? null,
    interval_count: recurring?.interval_count ?? null,
    nickname: price.nickname ?? null,
    lookup_key: price.lookup_key ?? null,
    stripe_created_at: fromUnix(price.created),
    // The product has a row of its own.
    raw: rawJson({ ...price, product: idOf(price.product) }),
    synced_at: now,
  }
}

/** What one buyer pays for one: tiers, meters, amounts chosen by the buyer and fractions of a cent have no such number. */
function fixedAmount(price: Stripe.Price): number | null {
  if (price.billing_scheme === 'tiered' || price.recurring?.usage_type === 'metered') return null
  return price.unit_amount ?? null
}
