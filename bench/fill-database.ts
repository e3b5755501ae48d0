import pg from 'pg'

const CHUNK = 500_000
/** Events lie in as many weeks as are kept by default. */
const WEEKS = 12

/** What `ownerName(n)` has in a filled database: a customer and an active subscription. */
export function ownerName(index: number): string {
  return `owner_${index}`
}

/**
 * Fills a migrated database by SQL: owners with a subscription each, and settled events in weekly partitions, as a service leaves them that
 * has run for three months. Bodies are short, because it is their number that is measured.
 */
export async function fillDatabase(
  databaseUrl: string,
  owners: number,
  events: number,
): Promise<{ eventBytes: number }> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set synchronous_commit = off')
    await addWeeks(client)
    for (let from = 0; from < owners; from += CHUNK) {
      await client.query(CUSTOMERS, [from, Math.min(from + CHUNK, owners) - 1])
      await client.query(SUBSCRIPTIONS, [from, Math.min(from + CHUNK, owners) - 1])
    }
    for (let from = 0; from < events; from += CHUNK) {
      await client.query(EVENTS, [from, Math.min(from + CHUNK, events) - 1, events, owners, WEEKS])
    }
    await client.query('vacuum analyze')
    await client.query('checkpoint')
    const { rows } = await client.query<{ bytes: string }>(
      `select sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits 
       where inhparent in ('billhook.events'::regclass, 'billhook.event_bodies'::regclass)`,
    )
    return { eventBytes: Number(rows[0]?.bytes) }
  } finally {
    await client.end()
  }
}

/** The service makes those around the present by itself. */
async function addWeeks(client: pg.Client): Promise<void> {
  for (let week = 0; week <= WEEKS; week++) {
    const { rows } = await client.query<{ monday: string; next: string; name: string }>(
      `select monday::text, (monday + 7)::text as next, to_char(monday, 'YYYYMMDD') as name
       from (select (date_trunc('week', now()) - $1 * interval '1 week')::date as monday) m`,
      [week],
    )
    const [{ monday, next, name } = { monday: '', next: '', name: '' }] = rows
    await client.query(
      `create table if not exists billhook.events_${name} partition of billhook.events
       for values from ('${monday} 00:00:00Z') to ('${next} 00:00:00Z') with (toast_tuple_target = 8160, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000)`,
    )
    await client.query(
      `create table if not exists billhook.event_bodies_${name} partition of billhook.event_bodies
       for values from ('${monday} 00:00:00Z') to ('${next} 00:00:00Z') with (toast_tuple_target = 8160)`,
    )
  }
}

const CUSTOMERS = `
insert into billhook.customers (owner_id, stripe_customer_id, created_at, updated_at)
select 'owner_' || i, 'cus_fill' || i, now(), now() from generate_series($1::int, $2::int) i`

const SUBSCRIPTIONS = `
insert into billhook.subscriptions (id, owner_id, stripe_customer_id, status, price_id, product_id, product_ids, unit_amount_minor, currency,
  interval, quantity, current_period_start, current_period_end, cancel_at_period_end, stripe_created_at, raw, synced_at)
select 'sub_fill' || i, 'owner_' || i, 'cus_fill' || i, 'active', 'price_fill', 'prod_fill', '{prod_fill}', 2900, 'usd',
  'month', 1, now(), now() + interval '1 month', false, now() - interval '90 days', '{}', now()
from generate_series($1::int, $2::int) i`

/** $1, $2: from and to; $3: how many in all; $4: owners; $5: weeks. */
const EVENTS = `
with new as (
  insert into billhook.events (id, type, group_key, doorbells, api_version, livemode, stripe_created_at, received_at, status, finished_at)
  select 'evt_1fill' || lpad(i::text, 15, '0'), 'invoice.paid', 'cus_fill' || (i % $4::int), '[]', '2026-10-28.endive', false,
    created, created, 'processed', created
  from (select i, now() - (1 - i::float8 / $3::int) * $5::int * interval '1 week' as created
    from generate_series($1::int, $2::int) i) e
  returning id, stripe_created_at)
insert into billhook.event_bodies (id, stripe_created_at, body) select id, stripe_created_at, '{"object":"event"}' from new`
