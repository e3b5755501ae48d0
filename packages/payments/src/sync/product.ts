import { noteFeatures } from '../db/queries/feature-news.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import { deactivateProduct, type NewProductRow } from '../db/queries/products.ts'
import { together } from '../db/transaction.ts'
import type { Stripe } from '../stripe/client.ts'
import { isAbsent } from '../stripe/errors.ts'
import { fromUnix, rawJson } from './adapt.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { SyncContext } from './context.ts'

/** One product. One that was deleted at Stripe is not sold any more. */
export async function fetchProduct(context: SyncContext, id: string): Promise<CatalogueItem> {
  try {
    return productItem(await context.stripe.products.retrieve(id))
  } catch (error) {
    if (!isAbsent(error)) throw error
    return goneProduct(id)
  }
}

/** Of one that is there, or of the stump that a deleted one leaves. */
export function productItem(product: Stripe.Product | Stripe.DeletedProduct): CatalogueItem {
  if (product.deleted) return goneProduct(product.id)
  return {
    resource: 'product',
    id: product.id,
    row: (now) => adaptProduct(product, now),
    async write(tx, now) {
      const row = adaptProduct(product, now)
      await together(tx, [noteFeatures(tx, row, now), upsertRow(tx, 'products', row)])
    },
  }
}

function goneProduct(id: string): CatalogueItem {
  return { resource: 'product', id, row: () => null, write: (tx, now) => deactivateProduct(tx, id, now) }
}

function adaptProduct(product: Stripe.Product, now: Date): NewProductRow {
  return {
    id: product.id,
    name: product.name,
    description: product.description ?? null,
    active: product.active,
    metadata: JSON.stringify(product.metadata ?? {}),
    features: JSON.stringify(featuresOf(product)),
    stripe_created_at: fromUnix(product.created),
    raw: rawJson(product),
    synced_at: now,
  }
}

/** Stripe's marketing features; without any, metadata `features` as a list separated by commas (older accounts have only that). */
function featuresOf(product: Stripe.Product): string[] {
  const names = (product.marketing_features ?? []).flatMap((feature) => (feature.name ? [feature.name] : []))
  if (names.length > 0) return names
  return (product.metadata?.features ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
