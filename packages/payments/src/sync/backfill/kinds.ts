import type { MirrorTable } from '../../db/queries/backfill.ts'
import type { DoorbellResource } from '../../domain/doorbell.ts'
import type { Transition } from '../../domain/transitions.ts'
import type { Stripe } from '../../stripe/client.ts'
import { expanded, idOf } from '../adapt.ts'
import { adaptCheckoutSession, listLineItems } from '../checkout-session.ts'
import type { SyncContext } from '../context.ts'
import { adaptDispute, customerOfDispute } from '../dispute.ts'
import type { WriteScope } from '../fetched.ts'
import { adaptInvoice, adaptInvoicePayments, listPayments, withItsLines } from '../invoice.ts'
import { allInOwnCurrency } from '../own-currency.ts'
import { adaptPayment, lastingOfPayment } from '../payment.ts'
import { adaptRefund, customerOfRefund } from '../refund.ts'
import { adaptSubscription } from '../subscription.ts'

type Row = Readonly<Record<string, unknown>>

export interface PageRequest {
  created: { gte: number; lt: number }
  startingAfter: string | null
}

/** One listed object with what its rows will be, once it is known whose they are. */
export interface BackfilledObject {
  id: string
  created: number
  stripeCustomerId: string | null
  row(scope: WriteScope): Row
  /** Rows that come and go with it. */
  attached(scope: WriteScope): readonly Row[]
  /** What every sync would find again in it, although it happened before `since`. */
  lasting?(scope: WriteScope, since: number | null): readonly Transition[]
}

/** One kind of resource that a backfill lists, with what its rows need, 100 a call. */
export interface BackfillKind {
  resource: DoorbellResource
  table: MirrorTable
  attachedTable?: MirrorTable
  page(context: SyncContext, request: PageRequest): Promise<{ objects: BackfilledObject[]; hasMore: boolean }>
}

type Paging = Stripe.PaginationParams & { created: { gte: number; lt: number } }

export const BACKFILL_KINDS: readonly BackfillKind[] = [
  kind<Stripe.Subscription>({
    resource: 'subscription',
    table: 'subscriptions',
    async list({ stripe }, paging) {
      const page = await stripe.subscriptions.list({ ...paging, status: 'all' })
      return { data: await allInOwnCurrency(stripe, page.data), has_more: page.has_more }
    },
    row: adaptSubscription,
  }),
  {
    resource: 'invoice',
    table: 'invoices',
    attachedTable: 'invoice_payments',
    async page(context, request) {
      const page = await context.stripe.invoices.list({ ...pagingOf(request), expand: ['data.payments'] })
      const objects = page.data.map(async (shown) => {
        const [invoice, payments] = await Promise.all([
          withItsLines(context, shown),
          listPayments(context, shown),
        ])
        return {
          ...objectOf(invoice, idOf(invoice.customer)),
          row: (scope: WriteScope) => adaptInvoice(invoice, scope),
          attached: (scope: WriteScope) => adaptInvoicePayments(invoice, payments, scope.now),
        }
      })
      return { objects: await Promise.all(objects), hasMore: page.has_more }
    },
  },
  kind<Stripe.PaymentIntent>({
    resource: 'payment',
    table: 'payments',
    list: ({ stripe }, paging) => stripe.paymentIntents.list({ ...paging, expand: ['data.latest_charge'] }),
    row: (intent, scope) => adaptPayment(intent, expanded<Stripe.Charge>(intent.latest_charge), scope),
    lasting: lastingOfPayment,
  }),
  kind<Stripe.Refund>({
    resource: 'refund',
    table: 'refunds',
    list: ({ stripe }, paging) => stripe.refunds.list({ ...paging, expand: ['data.payment_intent'] }),
    customer: customerOfRefund,
    row: adaptRefund,
  }),
  kind<Stripe.Dispute>({
    resource: 'dispute',
    table: 'disputes',
    list: ({ stripe }, paging) => stripe.disputes.list({ ...paging, expand: ['data.payment_intent'] }),
    customer: customerOfDispute,
    row: adaptDispute,
  }),
  {
    resource: 'checkout_session',
    table: 'checkout_sessions',
    async page(context, request) {
      const paging = { ...pagingOf(request), expand: ['data.line_items'] }
      const page = await context.stripe.checkout.sessions.list(paging)
      const objects = page.data.map(async (session) => {
        const lineItems = await listLineItems(context, session)
        return {
          ...objectOf(session, idOf(session.customer)),
          row: (scope: WriteScope) => adaptCheckoutSession(session, lineItems, scope),
          attached: () => [],
        }
      })
      return { objects: await Promise.all(objects), hasMore: page.has_more }
    },
  },
]

function kind<T extends { id: string; created: number; customer?: string | { id: string } | null }>(parts: {
  resource: DoorbellResource
  table: MirrorTable
  list(context: SyncContext, paging: Paging): PromiseLike<Pick<Stripe.ApiList<T>, 'data' | 'has_more'>>
  customer?(object: T): string | null
  row(object: T, scope: WriteScope): Row
  lasting?(object: T, scope: WriteScope, since: number | null): readonly Transition[]
}): BackfillKind {
  const { resource, table, list, customer = (object: T) => idOf(object.customer), row, lasting } = parts
  return {
    resource,
    table,
    async page(context, request) {
      const page = await list(context, pagingOf(request))
      const objects = page.data.map((object) => ({
        ...objectOf(object, customer(object)),
        row: (scope: WriteScope) => row(object, scope),
        attached: () => [],
        lasting: (scope: WriteScope, since: number | null) => lasting?.(object, scope, since) ?? [],
      }))
      return { objects, hasMore: page.has_more }
    },
  }
}

function objectOf({ id, created }: { id: string; created: number }, stripeCustomerId: string | null) {
  return { id, created, stripeCustomerId }
}

export function pagingOf({ created, startingAfter }: PageRequest): Paging {
  return { limit: 100, created, ...(startingAfter !== null && { starting_after: startingAfter }) }
}
