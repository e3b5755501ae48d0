import type { Tx } from '../db/connect.ts'
import { findCheckoutSession } from '../db/queries/checkout-sessions.ts'
import { findCustomerByStripeId } from '../db/queries/customers.ts'
import { findDispute } from '../db/queries/disputes.ts'
import { insertDrift, type NewDrift } from '../db/queries/drift.ts'
import { findFraudWarning } from '../db/queries/fraud-warnings.ts'
import { findInvoice, listInvoicePayments } from '../db/queries/invoices.ts'
import { findPayment } from '../db/queries/payments.ts'
import { findPrice } from '../db/queries/prices.ts'
import { findProduct } from '../db/queries/products.ts'
import { findRefund } from '../db/queries/refunds.ts'
import { findSubscription } from '../db/queries/subscriptions.ts'
import type { Doorbell, DoorbellResource, MIRRORED_RESOURCES } from '../domain/doorbell.ts'
import { differences, type RepairOrigin } from '../domain/drift.ts'
import type { Metrics } from '../observability/metrics.ts'

/*
 * How a repair tells what it changed: the rows of everything fetched are read before the first write and after the last, in
 * the transaction that writes, which holds the fence; nobody else writes them in between. Only a sync with an origin does this:
 * the way of a webhook pays nothing for it.
 */
export interface RowWatch {
  /** Reads the rows again, and records what differs. Returns the records. */
  recordDrift(tx: Tx, ownerId: string | null, now: Date): Promise<NewDrift[]>
}

type Row = Readonly<Record<string, unknown>>

export async function watchRows(
  tx: Tx,
  origin: RepairOrigin,
  doorbells: readonly Doorbell[],
): Promise<RowWatch> {
  const before = await readRows(tx, doorbells)
  return {
    async recordDrift(tx, ownerId, now) {
      const after = await readRows(tx, doorbells)
      const found = doorbells.flatMap((doorbell, index) => {
        const [mirror = null, stripe = null] = [before[index], after[index]]
        const fields = differences(mirror, stripe)
        return fields.length === 0
          ? []
          : [recordOf(doorbell, origin, { mirror, stripe, fields, ownerId, now })]
      })
      await insertDrift(tx, found)
      return found
    },
  }
}

/** After the commit: what was rolled back was not found. */
export function countDrift(metrics: Metrics, found: readonly NewDrift[]): void {
  for (const { resource, found_by } of found) metrics.drift.inc({ resource, found_by })
}

function recordOf(
  { resource, id }: Doorbell,
  { foundBy, missedEvents }: RepairOrigin,
  found: Pick<NewDrift, 'fields'> & {
    mirror: Row | null
    stripe: Row | null
    ownerId: string | null
    now: Date
  },
): NewDrift {
  const oldestFirst = missedEvents.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  // The event that rang for this very resource; else the one whose sync came upon it.
  const ofIt = oldestFirst.find(({ doorbells }) =>
    doorbells.some((doorbell) => doorbell.resource === resource && doorbell.id === id),
  )
  const event = ofIt ?? oldestFirst[0]
  const lastRight = found.mirror?.synced_at ?? found.mirror?.updated_at ?? found.stripe?.stripe_created_at
  return {
    resource,
    resource_id: id,
    owner_id: found.ownerId,
    fields: found.fields,
    since: event?.createdAt ?? (lastRight instanceof Date ? lastRight : found.now),
    event_id: event?.id ?? null,
    event_type: event?.type ?? null,
    found_by: foundBy,
    found_at: found.now,
  }
}

/** In the order of the doorbells. */
async function readRows(tx: Tx, doorbells: readonly Doorbell[]): Promise<(Row | null)[]> {
  const rows: (Row | null)[] = []
  for (const { resource, id } of doorbells) rows.push((await READS[resource]?.(tx, id)) ?? null)
  return rows
}

type Read = (tx: Tx, id: string) => Promise<Row | null>

const READS: Partial<Record<DoorbellResource, Read>> = {
  customer: readCustomer,
  subscription: findSubscription,
  invoice: readInvoice,
  payment: findPayment,
  refund: findRefund,
  dispute: findDispute,
  fraud_warning: findFraudWarning,
  checkout_session: findCheckoutSession,
  product: findProduct,
  price: findPrice,
} satisfies Record<(typeof MIRRORED_RESOURCES)[number], Read>

/** Without `attempt`, which is ours. */
async function readCustomer(tx: Tx, id: string): Promise<Row | null> {
  const row = await findCustomerByStripeId(tx, id)
  if (!row) return null
  const { stripe_customer_id, email, updated_at } = row
  return { stripe_customer_id, email, is_deleted: row.deleted_at !== null, updated_at }
}

/** With the payments that settle it, which hang on its row. */
async function readInvoice(tx: Tx, id: string): Promise<Row | null> {
  const row = await findInvoice(tx, id)
  return row && { ...row, payments: await listInvoicePayments(tx, id) }
}
