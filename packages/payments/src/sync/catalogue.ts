import type { Tx } from '../db/connect.ts'
import { readCursor, writeCursor } from '../db/queries/cursors.ts'
import { checkFence, type Lease } from '../db/queries/leases.ts'
import { derivePlans } from '../db/queries/plans.ts'
import { listActivePriceIds } from '../db/queries/prices.ts'
import { listActiveProductIds } from '../db/queries/products.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import { CATALOGUE_GROUP } from '../domain/doorbell.ts'
import type { RepairOrigin } from '../domain/drift.ts'
import type { CatalogueItem } from './catalogue-item.ts'
import type { SyncContext } from './context.ts'
import { holdingLease } from './lease.ts'
import { mapBounded } from './map-bounded.ts'
import { fetchPrice, priceItem } from './price.ts'
import { fetchProduct, productItem } from './product.ts'
import { countDrift, watchRows } from './watch-rows.ts'
import { withCustomerLease } from './with-customer-lease.ts'

export interface CatalogueCounts {
  products: number
  prices: number
  /** Offered in the mirror, missing from Stripe's list, and then asked for one by one. */
  missing: number
}

/** Says that there was a first time. */
const MIRRORED_CURSOR = 'catalogue'

/** Requests to Stripe at a time. */
const AT_A_TIME = 4

/**
 * Mirrors the whole catalogue: every product and price, active or not, and the plans that follow from them. Nothing is taken off
 * sale because a list was short or empty (I12): what is missing from it is asked for by its id, and only Stripe's answer
 * to that ends it. A list that breaks off writes nothing.
 */
export async function syncCatalogue(context: SyncContext): Promise<CatalogueCounts> {
  return await withCustomerLease(context, CATALOGUE_GROUP, async (lease) => {
    const { products, prices, missing } = await holdingLease(context, lease, async () => {
      const listed = await listCatalogue(context)
      return { ...listed, missing: await fetchMissing(context, listed.products, listed.prices) }
    })
    await writeItems(context, lease, [...products, ...prices, ...missing], (tx, now) =>
      writeCursor(tx, MIRRORED_CURSOR, {}, now),
    )
    return { products: products.length, prices: prices.length, missing: missing.length }
  })
}

/** Whether it was mirrored as a whole before. A row or two may have come by their events alone. */
export async function isCatalogueMirrored({ db }: SyncContext): Promise<boolean> {
  return (await readCursor(db.query, MIRRORED_CURSOR)) !== null
}

/** Everything that Stripe lists, not written. */
export async function listCatalogue({
  stripe,
}: SyncContext): Promise<{ products: CatalogueItem[]; prices: CatalogueItem[] }> {
  const products = await collect(stripe.products.list({ limit: 100 }), productItem)
  // Asked for by themselves, because the list of prices leaves inactive ones out (reference of `prices.list`); that of products does not.
  const prices = [
    ...(await collect(stripe.prices.list({ limit: 100, active: true }), priceItem)),
    ...(await collect(stripe.prices.list({ limit: 100, active: false }), priceItem)),
  ]
  return { products, prices }
}

export async function rederivePlans(context: SyncContext): Promise<void> {
  await withCustomerLease(context, CATALOGUE_GROUP, (lease) => writeItems(context, lease, []))
}

/** What product and price events said is stale, or a comparison suspects, with its marks in the same transaction. */
export async function syncCatalogueItems(
  context: SyncContext,
  lease: Lease,
  doorbells: readonly Doorbell[],
  alongside: (tx: Tx, now: Date) => Promise<void>,
  origin: RepairOrigin | null = null,
): Promise<void> {
  const items = await holdingLease(context, lease, () => fetchItems(context, doorbells))
  await writeItems(context, lease, items, alongside, origin)
}

/** Each once, however many doorbells rang for it. */
async function fetchItems(context: SyncContext, doorbells: readonly Doorbell[]): Promise<CatalogueItem[]> {
  const byId = new Map(doorbells.map((doorbell) => [doorbell.id, doorbell]))
  return await mapBounded([...byId.values()], AT_A_TIME, ({ resource, id }) =>
    resource === 'product' ? fetchProduct(context, id) : fetchPrice(context, id),
  )
}

async function collect<T>(
  list: AsyncIterable<T>,
  toItem: (object: T) => CatalogueItem,
): Promise<CatalogueItem[]> {
  const items: CatalogueItem[] = []
  for await (const object of list) items.push(toItem(object))
  return items
}

async function fetchMissing(
  context: SyncContext,
  products: readonly CatalogueItem[],
  prices: readonly CatalogueItem[],
): Promise<CatalogueItem[]> {
  const listed = new Set([...products, ...prices].map((item) => item.id))
  const onSale: Doorbell[] = [
    ...(await listActiveProductIds(context.db.query)).map((id) => ({ resource: 'product' as const, id })),
    ...(await listActivePriceIds(context.db.query)).map((id) => ({ resource: 'price' as const, id })),
  ]
  return await fetchItems(
    context,
    onSale.filter(({ id }) => !listed.has(id)),
  )
}

async function writeItems(
  context: SyncContext,
  lease: Lease,
  items: readonly CatalogueItem[],
  alongside: (tx: Tx, now: Date) => Promise<void> = async () => undefined,
  origin: RepairOrigin | null = null,
): Promise<void> {
  const drift = await inTransaction(context.db, async (tx) => {
    await checkFence(tx, lease)
    const now = context.clock.now()
    const watch = origin && (await watchRows(tx, origin, items.map(doorbellOf)))
    for (const item of items) await item.write(tx, now)
    await derivePlans(tx, now)
    await alongside(tx, now)
    return (await watch?.recordDrift(tx, null, now)) ?? []
  })
  countDrift(context.metrics, drift)
}

function doorbellOf({ resource, id }: CatalogueItem): Doorbell {
  return { resource, id }
}
