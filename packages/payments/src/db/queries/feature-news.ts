import { sql } from 'kysely'
import type { Database, Tx } from '../connect.ts'
import { inTransaction } from '../transaction.ts'

/*
 * Who has a product whose features changed is looked at, and told what that changes for him. His row in `access` says what he was told,
 * so that is where owners are found, a page at a time in the order of their ids; no index of who has which product has to be kept.
 *
 *   noted   in the transaction that writes the product, before it does
 *   asked   a page of owners is locked, and those who have the product get a time to be looked at. Behind the lock, because a sync that has
 *           read the old features holds it until its rows are there; one that comes later reads the new ones
 *   again   a minute after the last page, from the first one on: the row of an owner who was synced for the first time at that very
 *           moment could not be seen
 *   done    after the last page of that
 */
const OWNERS_AT_A_TIME = 500
/** Longer than a sync holds a transaction open. */
const AGAIN_AFTER_MS = 60_000
const PRODUCTS_AT_A_TIME = 1_000

/** Before the product is written: whether these features are other ones than are mirrored. A new product had none. */
export async function noteFeatures(
  tx: Tx,
  product: { id: string; features: string },
  now: Date,
): Promise<void> {
  await sql`
    insert into billhook.feature_news (product_id, asked_up_to, due_at)
    select ${product.id}::text, '', ${now}::timestamptz
    where ${product.features}::jsonb <> coalesce((select features from billhook.products where id = ${product.id}), '[]')
    on conflict (product_id) do update set asked_up_to = '', due_at = excluded.due_at, is_last = false`.execute(
    tx,
  )
}

/** Asks the next page of owners. False when there is nothing to ask, or another process is at it. */
export async function askNextOwners(db: Database, now: Date): Promise<boolean> {
  return await inTransaction(db, async (tx) => {
    const { products, after } = await takeNews(tx, now)
    if (products.length === 0) return false
    const page = await tx
      .selectFrom('access')
      .select('owner_id')
      .where('owner_id', '>', after)
      .orderBy('owner_id')
      .limit(OWNERS_AT_A_TIME)
      .execute()
    const owners = page.map((row) => row.owner_id)
    await lockInTurn(tx, owners)
    await askThoseWith(tx, products, owners, now)
    const last = owners.length < OWNERS_AT_A_TIME ? undefined : owners.at(-1)
    await (last === undefined ? endRound(tx, products, now) : putMark(tx, products, last))
    return true
  })
}

async function putMark(tx: Tx, products: readonly string[], askedUpTo: string): Promise<void> {
  await tx
    .updateTable('feature_news')
    .set({ asked_up_to: askedUpTo })
    .where('product_id', 'in', products)
    .execute()
}

async function endRound(tx: Tx, products: readonly string[], now: Date): Promise<void> {
  const dueAt = new Date(now.getTime() + AGAIN_AFTER_MS)
  await tx
    .deleteFrom('feature_news')
    .where('product_id', 'in', products)
    .where('is_last', '=', true)
    .execute()
  await tx
    .updateTable('feature_news')
    .set({ asked_up_to: '', due_at: dueAt, is_last: true })
    .where('product_id', 'in', products)
    .execute()
}

/** Products that have come equally far; those that are furthest behind. */
async function takeNews(tx: Tx, now: Date): Promise<{ products: string[]; after: string }> {
  const rows = await tx
    .selectFrom('feature_news')
    .select(['product_id', 'asked_up_to'])
    .where('due_at', '<=', now)
    .where('asked_up_to', '=', (eb) =>
      eb.selectFrom('feature_news').select(eb.fn.min('asked_up_to').as('least')).where('due_at', '<=', now),
    )
    .orderBy('product_id')
    .limit(PRODUCTS_AT_A_TIME)
    .forUpdate()
    .skipLocked()
    .execute()
  return { products: rows.map((row) => row.product_id), after: rows[0]?.asked_up_to ?? '' }
}

/** In the order of `askToLookAt`, so that the two never wait for each other in a circle. */
async function lockInTurn(tx: Tx, owners: readonly string[]): Promise<void> {
  await sql`
    select from unnest(${owners.toSorted()}::text[]) with ordinality as o (owner_id, place)
    join billhook.access a using (owner_id) order by o.place for update of a`.execute(tx)
}

/**
 * What was told stays: the look tells the difference. What has ended gives nothing, whatever its product is. Owners are named in each
 * part, because `exists` for each of them would be planned as one look through everybody's rows.
 */
async function askThoseWith(
  tx: Tx,
  products: readonly string[],
  owners: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update billhook.access a set look_again_at = least(a.look_again_at, ${now})
    where a.owner_id in (
      select s.owner_id from billhook.subscriptions s where s.owner_id = any(${owners}::text[])
        and s.status not in ('canceled', 'incomplete_expired') and s.product_ids && ${products}::text[]
      union
      select c.owner_id from billhook.checkout_sessions c, jsonb_array_elements(c.line_items) item
        where c.owner_id = any(${owners}::text[]) and c.mode = 'payment' and c.status = 'complete'
          and item ->> 'product_id' = any(${products}::text[]))`.execute(tx)
}
