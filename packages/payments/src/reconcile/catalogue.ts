import { listActivePriceIds } from '../db/queries/prices.ts'
import { listActiveProductIds } from '../db/queries/products.ts'
import { addSuspects } from '../db/queries/suspects.ts'
import { findMirrored } from '../db/queries/sweep.ts'
import { CATALOGUE_GROUP, type Doorbell } from '../domain/doorbell.ts'
import { differences } from '../domain/drift.ts'
import { isCatalogueMirrored, listCatalogue, rederivePlans, syncCatalogue } from '../sync/catalogue.ts'
import type { CatalogueItem } from '../sync/catalogue-item.ts'
import type { SyncContext } from '../sync/context.ts'
import { isSuspicious } from './is-suspicious.ts'

export interface ComparedCatalogue {
  products: number
  prices: number
  /** What will be asked for one by one. Null: it was mirrored for the first time, and nothing could differ. */
  suspects: number | null
}

/**
 * Compares the catalogue with Stripe: at each start and by each sweep. What differs, and what is on sale here and not in Stripe's
 * lists, becomes a suspect like that of a customer: it is asked for by its id, and recorded, when a webhook had its time and no
 * event waits. So a change that is merely under way is none that was missed. Until then the webhook or the feed repairs it, or what was
 * mirrored last is offered; Stripe itself takes no money for a price that was archived.
 *
 * What was never mirrored as a whole is, at once, and nothing is recorded: it is no drift that the mirror was empty.
 */
export async function compareCatalogue(context: SyncContext, graceMs: number): Promise<ComparedCatalogue> {
  if (!(await isCatalogueMirrored(context))) {
    const { products, prices } = await syncCatalogue(context)
    return { products, prices, suspects: null }
  }
  const { db, clock } = context
  const { products, prices } = await listCatalogue(context)
  const suspects = [
    ...(await differing(context, 'products', products)),
    ...(await differing(context, 'prices', prices)),
    ...missing('product', await listActiveProductIds(db.query), products),
    ...missing('price', await listActivePriceIds(db.query), prices),
  ].map((doorbell) => ({ ...doorbell, stripeCustomerId: CATALOGUE_GROUP }))
  await addSuspects(db.query, suspects, new Date(clock.now().getTime() + graceMs))
  // They follow from the mirror alone, by the rules of this release.
  await rederivePlans(context)
  return { products: products.length, prices: prices.length, suspects: suspects.length }
}

const ROWS_AT_A_TIME = 1_000

async function differing(
  { db, clock }: SyncContext,
  table: 'products' | 'prices',
  items: readonly CatalogueItem[],
): Promise<Doorbell[]> {
  const found: Doorbell[] = []
  for (let from = 0; from < items.length; from += ROWS_AT_A_TIME) {
    const page = items.slice(from, from + ROWS_AT_A_TIME)
    const ids = page.map(({ id }) => id)
    const mirrored = await findMirrored(db.query, table, ids)
    for (const { resource, id, row } of page) {
      const mirror = mirrored.get(id) ?? null
      const differs = () => {
        const stripe = row(clock.now())
        return stripe !== null && differences(mirror && { ...mirror }, { ...stripe }).length > 0
      }
      if (isSuspicious(differs)) found.push({ resource, id })
    }
  }
  return found
}

function missing(
  resource: 'product' | 'price',
  onSale: readonly string[],
  listed: readonly CatalogueItem[],
): Doorbell[] {
  const known = new Set(listed.map(({ id }) => id))
  return onSale.filter((id) => !known.has(id)).map((id) => ({ resource, id }))
}
