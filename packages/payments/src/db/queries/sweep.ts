import type { Selectable } from 'kysely'
import { CLOSED_STATUSES } from '../../domain/dispute-transitions.ts'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import type { CheckoutSessionRow } from './checkout-sessions.ts'
import type { DisputeRow } from './disputes.ts'
import type { InvoiceRow } from './invoices.ts'
import type { SubscriptionRow } from './subscriptions.ts'

/** Owners of these Stripe customers; who is not in it is not ours. */
export async function findOwners(
  executor: Executor,
  stripeCustomerIds: readonly string[],
): Promise<Map<string, string>> {
  if (stripeCustomerIds.length === 0) return new Map()
  const rows = await executor
    .selectFrom('customers')
    .select(['stripe_customer_id', 'owner_id'])
    .where('stripe_customer_id', 'in', [...new Set(stripeCustomerIds)])
    .execute()
  return new Map(rows.map((row) => [row.stripe_customer_id ?? '', row.owner_id]))
}

interface Rows {
  subscriptions: SubscriptionRow
  invoices: InvoiceRow
  checkout_sessions: CheckoutSessionRow
  disputes: DisputeRow
  products: Selectable<Tables['products']>
  prices: Selectable<Tables['prices']>
}

/** Rows of one table by their ids. */
export async function findMirrored<T extends keyof Rows>(
  executor: Executor,
  table: T,
  ids: readonly string[],
): Promise<Map<string, Rows[T]>> {
  if (ids.length === 0) return new Map()
  const rows = await executor
    .selectFrom(table as keyof Rows)
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()
  // The rows are those of the table that was named.
  return new Map(rows.map((row) => [row.id, row as Rows[T]]))
}

/** A row that Stripe's list has to show, by what the mirror says. */
export interface Expected {
  id: string
  stripeCustomerId: string
}

export interface Stretch {
  /** Exclusive; null: from the beginning. */
  after: Date | null
  until: Date
}

export async function listUnendedSubscriptions(executor: Executor, stretch: Stretch): Promise<Expected[]> {
  return await executor
    .selectFrom('subscriptions')
    .select(['id', 'stripe_customer_id as stripeCustomerId'])
    .where('status', 'not in', ['canceled', 'incomplete_expired'])
    .where('stripe_created_at', '<=', stretch.until)
    .$if(stretch.after !== null, (query) => query.where('stripe_created_at', '>', stretch.after))
    .execute()
}

export async function listInvoicesWithStatus(
  executor: Executor,
  status: 'open' | 'draft',
  stretch: Stretch,
): Promise<Expected[]> {
  return await executor
    .selectFrom('invoices')
    .select(['id', 'stripe_customer_id as stripeCustomerId'])
    .where('status', '=', status)
    .where('stripe_created_at', '<=', stretch.until)
    .$if(stretch.after !== null, (query) => query.where('stripe_created_at', '>', stretch.after))
    .execute()
}

/** A status that we do not know counts as open, as in domain/dispute-transitions. */
export async function listOpenDisputes(executor: Executor, stretch: Stretch): Promise<Expected[]> {
  return await executor
    .selectFrom('disputes')
    .select(['id', 'stripe_customer_id as stripeCustomerId'])
    .where('status', 'not in', CLOSED_STATUSES)
    .where('stripe_created_at', '<=', stretch.until)
    .$if(stretch.after !== null, (query) => query.where('stripe_created_at', '>', stretch.after))
    .execute()
}

/** Open sessions, and those of open reservations, of which the mirror hears only when something happens to them. */
export async function listOpenSessions(executor: Executor, stretch: Stretch): Promise<Expected[]> {
  const mirrored = await executor
    .selectFrom('checkout_sessions')
    .select(['id', 'stripe_customer_id as stripeCustomerId'])
    .where('status', '=', 'open')
    .where('stripe_created_at', '<=', stretch.until)
    .$if(stretch.after !== null, (query) => query.where('stripe_created_at', '>', stretch.after))
    .execute()
  const reserved = await executor
    .selectFrom('reservations')
    .innerJoin('customers', 'customers.owner_id', 'reservations.owner_id')
    .select(['reservations.stripe_session_id as id', 'customers.stripe_customer_id as stripeCustomerId'])
    .where('reservations.status', '=', 'open')
    .where('customers.deleted_at', 'is', null)
    .where('reservations.created_at', '<=', stretch.until)
    .$if(stretch.after !== null, (query) => query.where('reservations.created_at', '>', stretch.after))
    .execute()
  return [
    ...mirrored,
    ...reserved.flatMap(({ id, stripeCustomerId }) =>
      id === null || stripeCustomerId === null ? [] : [{ id, stripeCustomerId }],
    ),
  ]
}
