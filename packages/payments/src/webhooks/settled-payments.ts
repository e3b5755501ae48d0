import { ignoreEventsOfPaidInvoicePayments } from '../db/queries/settled-payments.ts'
import { unaddressedGroup } from '../domain/doorbell.ts'
import type { SyncContext } from '../sync/context.ts'

const NOTE = 'this payment of an invoice is mirrored as paid already'
const PREFIX = unaddressedGroup({ resource: 'invoice_payment', id: '' })

/**
 * Paid is how a payment of an invoice ends, and Stripe tells of it after the invoice was paid: then nothing is stale and nobody need be
 * asked. All that are due are ended in one statement, without a lease: nothing is fetched or mirrored. Returns their groups.
 */
export async function ignoreSettledPayments(
  { db, clock, metrics }: Pick<SyncContext, 'db' | 'clock' | 'metrics'>,
  groups: readonly string[],
): Promise<Set<string>> {
  const ids = groups.filter((group) => group.startsWith(PREFIX)).map((group) => group.slice(PREFIX.length))
  if (ids.length === 0) return new Set()
  const ended = await ignoreEventsOfPaidInvoicePayments(db, ids, NOTE, clock.now())
  metrics.drainedEvents.inc({ result: 'ignored' }, ended.length)
  return new Set(ended)
}
