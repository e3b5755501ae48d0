import type { Database } from '../connect.ts'

export type OfferKind = 'one_time' | 'recurring'

export interface OfferedProduct {
  id: string
  name: string
  description: string | null
  metadata: Record<string, string>
  prices: OfferedAmount[]
}

interface OfferedAmount {
  id: string
  unitAmountMinor: number
  currency: string
  /** Null, as its count: once. */
  interval: string | null
  intervalCount: number | null
}

export interface OfferedPrice {
  id: string
  productId: string
  kind: OfferKind
}

export interface OfferedPlan {
  id: number
  name: string
  stripePriceId: string
  amountMinor: number
  interval: string
  intervalCount: number
  features: string[]
  isActive: boolean
}

interface OfferRow {
  id: string
  name: string
  description: string | null
  metadata: Record<string, string>
  price_id: string
  unit_amount_minor: number
  currency: string
  interval: string | null
  interval_count: number | null
}

/** Active products with their active prices of one kind, oldest product first, cheapest price first. Tiered prices are never offered. */
export async function listOfferedProducts(db: Database, kind: OfferKind): Promise<OfferedProduct[]> {
  const { rows } = await db.pool.query<OfferRow>({
    name: 'offered-products',
    text: `select p.id, p.name, p.description, p.metadata, r.id as price_id, r.unit_amount_minor, r.currency, r.interval,
        r.interval_count
      from billhook.products p join billhook.prices r on r.product_id = p.id
      where p.active and r.active and r.kind = $1 and r.unit_amount_minor is not null
      order by p.stripe_created_at, p.id, r.unit_amount_minor, r.id`,
    values: [kind],
  })
  const products = new Map<string, OfferedProduct>()
  for (const row of rows) {
    const { id, name, description, metadata } = row
    const product = products.get(id) ?? { id, name, description, metadata, prices: [] }
    product.prices.push({
      id: row.price_id,
      unitAmountMinor: row.unit_amount_minor,
      currency: row.currency,
      interval: row.interval,
      intervalCount: row.interval_count,
    })
    products.set(id, product)
  }
  return [...products.values()]
}

/** The price, if it may be sold: it and its product are active in the mirrored catalogue, and it has one amount. */
export async function findOfferedPrice(db: Database, priceId: string): Promise<OfferedPrice | null> {
  const { rows } = await db.pool.query<OfferedPrice>({
    name: 'offered-price',
    text: `select r.id, r.product_id as "productId", r.kind
      from billhook.prices r join billhook.products p on p.id = r.product_id
      where r.id = $1 and p.active and r.active and r.unit_amount_minor is not null`,
    values: [priceId],
  })
  return rows[0] ?? null
}

/** Plans that can be bought now, in the order of their numbers. */
export async function listOfferedPlans(db: Database): Promise<OfferedPlan[]> {
  const { rows } = await db.pool.query<OfferedPlan>({
    name: 'offered-plans',
    text: `select id, name, stripe_price_id as "stripePriceId", amount_minor as "amountMinor", interval,
        interval_count as "intervalCount", features, is_active as "isActive"
      from billhook.plans where is_active order by id`,
  })
  return rows
}

/** Ids of every price that the mirror holds as active, offered or not. */
export async function listMirroredPriceIds(db: Database): Promise<string[]> {
  const rows = await db.query
    .selectFrom('prices')
    .select('id')
    .where('active', '=', true)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
