import { sql } from 'kysely'
import type { AccessFacts, PayingPayment } from '../../domain/access.ts'
import type { Executor } from '../connect.ts'

interface SubscriptionRow {
  id: string
  status: string
  price_id: string
  product_ids: string[]
  features: string[]
  current_period_start: Date
  ends_at: Date | null
  ended_at: Date | null
  unpaid_since: Date | null
  payments: PayingPayment[]
  paid_otherwise_minor: number
}

interface PurchaseRow {
  id: string
  product_ids: string[]
  features: string[]
  is_paid: boolean
  payments: PayingPayment[]
}

/** All that the owner's access depends on, from the owner's own rows and the catalogue. Two statements, each by the owner's index. */
export async function readAccessFacts(executor: Executor, ownerId: string): Promise<AccessFacts> {
  const [subscriptions, purchases] = await Promise.all([
    readSubscriptions(executor, ownerId),
    readPurchases(executor, ownerId),
  ])
  return {
    subscriptions: subscriptions.map((row) => ({
      id: row.id,
      status: row.status,
      priceId: row.price_id,
      productIds: row.product_ids,
      features: row.features,
      currentPeriodStart: row.current_period_start,
      endsAt: row.ends_at,
      endedAt: row.ended_at,
      unpaidSince: row.unpaid_since,
      payments: row.payments,
      paidOtherwiseMinor: row.paid_otherwise_minor,
    })),
    purchases: purchases.map(({ id, product_ids: productIds, features, is_paid: isPaid, payments }) => ({
      ...{ id, productIds, features, isPaid, payments },
    })),
  }
}

/** Of the product ids in column `ids`, in the order of the products' ids; a product that is not mirrored gives none. */
const featuresOf = (ids: string) => sql`coalesce((
  select jsonb_agg(f.feature order by d.id, f.place) from billhook.products d,
    jsonb_array_elements_text(d.features) with ordinality as f (feature, place)
  where d.id = any(${sql.raw(ids)})), '[]')`

/**
 * A lost dispute in another currency took all of it: amounts of two currencies do not add up. One that is appealed was lost, and its money is
 * gone until that is won.
 */
const PAYMENT = sql`jsonb_build_object('amountMinor', p.amount_minor, 'refundedMinor', p.amount_refunded_minor,
  'lostMinor', coalesce((select sum(case when q.currency = p.currency then q.amount_minor else p.amount_minor end)
    from billhook.disputes q where q.payment_id = p.id and q.status in ('lost', 'appeal_needs_response', 'appeal_under_review')), 0))`

/**
 * Whether invoice `i` began a period. An interval that changes, a free plan that becomes a paid one and a trial that is ended early
 * begin one with a change of the subscription (2.10): such an invoice has a line for time that lies ahead of it. Those of a change
 * within the period are prorations, and what was used is billed for time that is over. The subscription's own period is not asked:
 * it moves on an hour before the next invoice is final.
 */
const BEGAN_PERIOD = sql`(i.billing_reason in ('subscription_create', 'subscription_cycle')
  or (i.billing_reason = 'subscription_update' and jsonb_path_exists(i.raw,
    '$.lines.data[*] ? (@.parent.subscription_item_details.proration == false && @.period.end > $.created)')))`

/**
 * When open invoice `i` was to be paid: by its date, or else as soon as it was final. A draft can be kept for weeks (a paused collection) before
 * anybody is asked to pay it.
 */
const DUE_AT = sql`coalesce(i.due_at, to_timestamp((i.raw #>> '{status_transitions,finalized_at}')::float8), i.stripe_created_at)`

/**
 * What of the newest paid invoice its payments did not pay, nor a credit note struck out before it was paid. Only where something is missing is
 * the whole invoice looked at; a debt that was charged along with it is more than its total, and nothing of it.
 */
const PAID_OTHERWISE = sql`(case when newest.total_minor > paying.amount_minor then greatest(0, newest.total_minor - paying.amount_minor
  - coalesce((newest.raw ->> 'pre_payment_credit_notes_amount')::bigint, 0)) else 0 end)::float8`

/**
 * A period is paid by the invoice that began it; one in between (a plan change) pays for a difference. The newest paid one counts: one
 * that is open is no payment, and gives nobody back what a refund of the last one ended. Payments of nothing (a trial) are none.
 *
 * What stayed open from before it is a debt, and not why the subscription is past due: Stripe goes by the latest invoice. One made by hand
 * says nothing about the subscription at all. Of one second, the open one may be the later.
 */
async function readSubscriptions(executor: Executor, ownerId: string): Promise<SubscriptionRow[]> {
  const { rows } = await sql<SubscriptionRow>`
    select s.id, s.status, s.price_id, s.product_ids, ${featuresOf('s.product_ids')} as features, s.current_period_start,
      case when s.cancel_at_period_end then s.current_period_end else s.cancel_at end as ends_at, s.ended_at,
      (select min(${DUE_AT}) from billhook.invoices i
        where i.owner_id = s.owner_id and i.subscription_id = s.id and i.status = 'open'
          and i.billing_reason is distinct from 'manual'
          and (newest.id is null or i.stripe_created_at >= newest.stripe_created_at)) as unpaid_since,
      paying.payments, ${PAID_OTHERWISE} as paid_otherwise_minor
    from billhook.subscriptions s
    left join lateral (
      select i.id, i.stripe_created_at, i.total_minor, i.raw from billhook.invoices i
      where i.owner_id = s.owner_id and i.subscription_id = s.id and i.status = 'paid' and ${BEGAN_PERIOD}
      order by i.stripe_created_at desc, i.id desc limit 1) newest on true
    cross join lateral (
      select coalesce(jsonb_agg(${PAYMENT} order by p.id), '[]') as payments,
        coalesce(sum(coalesce(ip.amount_paid_minor, p.amount_minor)), 0) as amount_minor
      from billhook.invoice_payments ip
      join billhook.payments p on p.id = ip.payment_id and p.owner_id = s.owner_id and p.amount_minor > 0
      where ip.invoice_id = newest.id and ip.status = 'paid') paying
    where s.owner_id = ${ownerId}
    order by s.stripe_created_at, s.id`.execute(executor)
  return rows
}

async function readPurchases(executor: Executor, ownerId: string): Promise<PurchaseRow[]> {
  const { rows } = await sql<PurchaseRow>`
    select bought.id, bought.product_ids, ${featuresOf('bought.product_ids')} as features, bought.is_paid,
      coalesce((select jsonb_agg(${PAYMENT}) from billhook.payments p
        where p.id = bought.payment_id and p.owner_id = ${ownerId} and p.amount_minor > 0), '[]') as payments
    from (
      select c.id, c.payment_id, c.payment_status <> 'unpaid' as is_paid, c.stripe_created_at,
        array(select distinct item ->> 'product_id' from jsonb_array_elements(c.line_items) item
          where item ->> 'product_id' is not null order by 1) as product_ids
      from billhook.checkout_sessions c
      where c.owner_id = ${ownerId} and c.mode = 'payment' and c.status = 'complete') bought
    order by bought.stripe_created_at, bought.id`.execute(executor)
  return rows
}
