import type { Executor } from '../db/connect.ts'
import {
  type Expected,
  findMirrored,
  listInvoicesWithStatus,
  listOpenDisputes,
  listOpenSessions,
  listUnendedSubscriptions,
  type Stretch,
} from '../db/queries/sweep.ts'
import type { DoorbellResource } from '../domain/doorbell.ts'
import { differences } from '../domain/drift.ts'
import type { Stripe, StripeClient } from '../stripe/client.ts'
import { idOf } from '../sync/adapt.ts'
import { adaptCheckoutSession } from '../sync/checkout-session.ts'
import { adaptDispute, customerOfDispute } from '../sync/dispute.ts'
import type { WriteScope } from '../sync/fetched.ts'
import { adaptInvoice } from '../sync/invoice.ts'
import { isForeign } from '../sync/own-currency.ts'
import { adaptSubscription } from '../sync/subscription.ts'

/** One object of a page, ready to be compared. */
export interface Listed {
  id: string
  created: number
  stripeCustomerId: string | null
  /** Whether the mirror says something else. Throws when the object cannot be read. */
  differs(scope: WriteScope): boolean
}

/** What the sweep compares: one kind of resource in the states that can still change, 100 a call. */
export interface SweepPart {
  name: string
  resource: DoorbellResource
  /** How far a row's own time may be from Stripe's `created`: rows that begin at our side have our clock's. */
  slackSeconds: number
  page(
    context: { stripe: StripeClient; executor: Executor; now: Date },
    after: string | null,
  ): Promise<{ listed: Listed[]; hasMore: boolean }>
  /** What the list must show of this stretch, by what the mirror says. */
  expected(executor: Executor, stretch: Stretch): Promise<Expected[]>
}

const subscriptions = definePart<Stripe.Subscription, 'subscriptions'>({
  name: 'subscriptions',
  resource: 'subscription',
  table: 'subscriptions',
  // All that are not canceled.
  list: (stripe, paging) => stripe.subscriptions.list(paging),
  adapt: (subscription, scope) => ({
    ...adaptSubscription(subscription, scope),
    // That a price costs something else in another currency is not in the list, nor anything that happens to a subscription.
    ...(isForeign(subscription) && { unit_amount_minor: undefined }),
  }),
  expected: listUnendedSubscriptions,
})

const openInvoices = invoicesWithStatus('open')
const draftInvoices = invoicesWithStatus('draft')

const openSessions: SweepPart = definePart<Stripe.Checkout.Session, 'checkout_sessions'>({
  name: 'open checkout sessions',
  resource: 'checkout_session',
  table: 'checkout_sessions',
  slackSeconds: 5 * 60,
  list: (stripe, paging) => stripe.checkout.sessions.list({ ...paging, status: 'open' }),
  // Items never change while it is open, and are not in the list.
  adapt: (session, scope) => ({ ...adaptCheckoutSession(session, [], scope), line_items: undefined }),
  // No event tells of the beginning of a session: one that the mirror has not is nothing unusual.
  isUnknownFine: true,
  expected: listOpenSessions,
})

/** Longer than banks take as a rule. */
const DISPUTES_LISTED_SECONDS = 120 * 86_400

/**
 * Stripe lists disputes by no status: the recent ones are compared, closed or not. An older one that is open in the mirror is not in
 * the list, and is asked for by its id for that.
 */
const disputes = definePart<Stripe.Dispute, 'disputes'>({
  name: 'disputes',
  resource: 'dispute',
  table: 'disputes',
  list: (stripe, paging, now) =>
    stripe.disputes.list({
      ...paging,
      created: { gte: Math.floor(now.getTime() / 1000) - DISPUTES_LISTED_SECONDS },
      expand: ['data.payment_intent'],
    }),
  customer: customerOfDispute,
  adapt: adaptDispute,
  expected: listOpenDisputes,
})

export const SWEEP_PARTS: readonly SweepPart[] = [
  subscriptions,
  openInvoices,
  draftInvoices,
  openSessions,
  disputes,
]

function invoicesWithStatus(status: 'open' | 'draft'): SweepPart {
  return definePart<Stripe.Invoice, 'invoices'>({
    name: `${status} invoices`,
    resource: 'invoice',
    table: 'invoices',
    list: (stripe, paging) => stripe.invoices.list({ ...paging, status }),
    adapt: adaptInvoice,
    expected: (executor, stretch) => listInvoicesWithStatus(executor, status, stretch),
  })
}

type Table = 'subscriptions' | 'invoices' | 'checkout_sessions' | 'disputes'
type Row = Readonly<Record<string, unknown>>

function definePart<
  T extends { id: string; created: number; customer?: string | { id: string } | null },
  N extends Table,
>(part: {
  name: string
  resource: DoorbellResource
  table: N
  slackSeconds?: number
  isUnknownFine?: boolean
  list(
    stripe: StripeClient,
    paging: { limit: number; starting_after?: string },
    now: Date,
  ): PromiseLike<Stripe.ApiList<T>>
  /** Where it is not `customer`. */
  customer?(object: T): string | null
  adapt(object: T, scope: WriteScope): Row
  expected(executor: Executor, stretch: Stretch): Promise<Expected[]>
}): SweepPart {
  const { name, resource, slackSeconds = 0, isUnknownFine = false } = part
  return {
    name,
    resource,
    slackSeconds,
    expected: part.expected,
    async page({ stripe, executor, now }, after) {
      const paging = { limit: 100, ...(after !== null && { starting_after: after }) }
      const page = await part.list(stripe, paging, now)
      const ids = page.data.map(({ id }) => id)
      const mirrored = await findMirrored(executor, part.table, ids)
      const listed = page.data.map((object) => ({
        id: object.id,
        created: object.created,
        stripeCustomerId: part.customer ? part.customer(object) : idOf(object.customer),
        differs(scope: WriteScope) {
          const mirror = mirrored.get(object.id)
          if (mirror === undefined) return !isUnknownFine
          const stripe = part.adapt(object, scope)
          // A column that the list does not tell is not compared.
          const told = Object.fromEntries(Object.keys(stripe).map((key) => [key, Reflect.get(mirror, key)]))
          const compared = Object.fromEntries(
            Object.entries(stripe).filter(([, value]) => value !== undefined),
          )
          return differences(told, { ...told, ...compared }).length > 0
        },
      }))
      return { listed, hasMore: page.has_more }
    },
  }
}
