import { sql } from 'kysely'
import type { Executor } from '../connect.ts'

/**
 * Makes the plans what the mirrored catalogue says. A plan is a recurring price with one amount; it is offered while its price
 * and its product are active, and keeps its number for ever. Updates first and inserts the missing: an upsert would use up
 * a number for every plan that is there already.
 */
export async function derivePlans(executor: Executor, now: Date): Promise<void> {
  await sql`
    update billhook.plans p set name = o.name, amount_minor = o.amount_minor, currency = o.currency, interval = o.interval,
      interval_count = o.interval_count, features = o.features, is_active = o.is_active, updated_at = ${now}
    from (${OFFERED}) o
    where o.stripe_price_id = p.stripe_price_id
      and (p.name, p.amount_minor, p.currency, p.interval, p.interval_count, p.features, p.is_active)
        is distinct from (o.name, o.amount_minor, o.currency, o.interval, o.interval_count, o.features, o.is_active)
  `.execute(executor)
  await sql`
    insert into billhook.plans (stripe_price_id, name, amount_minor, currency, interval, interval_count, features, is_active,
      created_at, updated_at)
    select o.stripe_price_id, o.name, o.amount_minor, o.currency, o.interval, o.interval_count, o.features, o.is_active,
      ${now}, ${now}
    from (${OFFERED}) o
    where not exists (select from billhook.plans p where p.stripe_price_id = o.stripe_price_id)
    order by o.product_created_at, o.stripe_created_at, o.stripe_price_id
  `.execute(executor)
}

const OFFERED = sql`
  select r.id as stripe_price_id, d.name, r.unit_amount_minor as amount_minor, r.currency, r.interval, r.interval_count,
    d.features, r.active and d.active as is_active, d.stripe_created_at as product_created_at, r.stripe_created_at
  from billhook.prices r join billhook.products d on d.id = r.product_id
  where r.kind = 'recurring' and r.unit_amount_minor is not null`
