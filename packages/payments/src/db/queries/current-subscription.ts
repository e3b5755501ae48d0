import { LIVE_STATUSES } from '../../domain/subscription-status.ts'
import type { Database } from '../connect.ts'

export interface CurrentSubscription {
  id: string
  stripeCustomerId: string
  status: string
  currentPeriodStart: Date
  currentPeriodEnd: Date
  /** It ends with its period, whichever way that was asked for. */
  endsWithPeriod: boolean
  priceId: string
  /** The price's nickname, else its product's name. */
  planName: string | null
  unitAmountMinor: number | null
  currency: string
  interval: string | null
  intervalCount: number | null
}

/** Where the portal's cancel sets `cancel_at` instead of the flag (flexible billing mode), both mean the same to a person. */
const ENDS = '(s.cancel_at_period_end or coalesce(s.cancel_at <= s.current_period_end, false))'

/** How many intervals a period has is read from the subscription itself: its price may be one that the catalogue never had. */
const COLUMNS = `s.id, s.stripe_customer_id as "stripeCustomerId", s.status, s.current_period_start as "currentPeriodStart", s.current_period_end as "currentPeriodEnd",
  ${ENDS} as "endsWithPeriod", s.price_id as "priceId", coalesce(s.plan_nickname, p.name) as "planName", s.unit_amount_minor as "unitAmountMinor",
  s.currency, s.interval, (s.raw #>> '{items,data,0,price,recurring,interval_count}')::integer as "intervalCount"`

/** The live statuses as an SQL array, in the order in which one is chosen; the text is ours, never a caller's. */
const STATUSES = `array[${LIVE_STATUSES.map((status) => `'${status}'`).join(',')}]`

/** Of several the first by status, then one that goes on before one that ends, which would hide it, then the newest. */
const ORDER = `array_position(${STATUSES}, s.status), ${ENDS}, s.stripe_created_at desc, s.id desc`

/** $1: owners. `place` is the owner's place in that list, from 1; an owner without a subscription has no row. */
const BY_OWNERS = {
  name: 'current-subscriptions-of-owners',
  text: `select o.place, c.* from unnest($1::text[]) with ordinality as o(owner_id, place)
    cross join lateral (
      select ${COLUMNS} from billhook.subscriptions s left join billhook.products p on p.id = s.product_id
      where s.owner_id = o.owner_id and s.status = any(${STATUSES})
      order by ${ORDER} limit 1
    ) c`,
}

/** As it is shown; but what ends already, of whatever status, leaves its turn to what goes on. */
const TO_CANCEL = {
  name: 'subscription-to-cancel',
  text: `select s.id, s.stripe_customer_id as "stripeCustomerId" from billhook.subscriptions s
    where s.owner_id = $1 and s.status = any(${STATUSES}) order by ${ENDS}, ${ORDER} limit 1`,
}

const BY_ID = {
  name: 'subscription-of-owner',
  text: `select ${COLUMNS} from billhook.subscriptions s left join billhook.products p on p.id = s.product_id
    where s.owner_id = $1 and s.id = $2`,
}

const STATUSES_OF_OWNER = {
  name: 'subscription-statuses-of-owner',
  text: 'select status from billhook.subscriptions where owner_id = $1',
}

/**
 * The subscription shown as each owner's, in the order of the list: of several live ones the first by status (LIVE_STATUSES), then
 * one that goes on, then the newest. A status that we do not know is not shown. One named prepared statement for any number of owners.
 */
export async function findCurrentSubscriptions(
  db: Database,
  ownerIds: readonly string[],
): Promise<(CurrentSubscription | null)[]> {
  const { rows } = await db.pool.query<CurrentSubscription & { place: number }>({
    ...BY_OWNERS,
    values: [ownerIds],
  })
  const found = new Map(rows.map(({ place, ...subscription }) => [place, subscription]))
  return ownerIds.map((_, index) => found.get(index + 1) ?? null)
}

/** Which of the owner's live subscriptions a cancellation is about: the one that is shown, until that ends; then the next. */
export async function findSubscriptionToCancel(
  db: Database,
  ownerId: string,
): Promise<{ id: string; stripeCustomerId: string } | null> {
  const { rows } = await db.pool.query<{ id: string; stripeCustomerId: string }>({
    ...TO_CANCEL,
    values: [ownerId],
  })
  return rows[0] ?? null
}

/** One subscription of this owner, whatever its status. */
export async function findSubscriptionOfOwner(
  db: Database,
  ownerId: string,
  subscriptionId: string,
): Promise<CurrentSubscription | null> {
  const { rows } = await db.pool.query<CurrentSubscription>({ ...BY_ID, values: [ownerId, subscriptionId] })
  return rows[0] ?? null
}

/** Every status that the owner's subscriptions have, unknown ones included. */
export async function listSubscriptionStatuses(db: Database, ownerId: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ status: string }>({ ...STATUSES_OF_OWNER, values: [ownerId] })
  return rows.map((row) => row.status)
}
