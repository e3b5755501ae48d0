import { findDispute, findDisputeFacts, type NewDisputeRow } from '../db/queries/disputes.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import { together } from '../db/transaction.ts'
import { CLOSED_STATUSES, disputeTransitions } from '../domain/dispute-transitions.ts'
import type { Stripe } from '../stripe/client.ts'
import { expanded, fromUnix, fromUnixOrNull, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, WriteScope } from './fetched.ts'
import { orVanished } from './vanished.ts'

/** A bank decides within so long. */
const DECIDED_SECONDS = 120 * 24 * 60 * 60

/** One dispute; its payment, of which Stripe says that it is disputed, is fetched along. */
export async function fetchDispute(context: SyncContext, id: string): Promise<Fetched> {
  return await orVanished(findDispute, id, async () => {
    const dispute = await context.stripe.disputes.retrieve(id, { expand: ['payment_intent'] })
    const payment = idOf(dispute.payment_intent)
    return {
      stripeCustomerId: customerOfDispute(dispute),
      happenedBy: dispute.created + (CLOSED_STATUSES.includes(dispute.status) ? DECIDED_SECONDS : 0),
      related: payment === null ? [] : [{ resource: 'payment', id: payment }],
      write: async (tx, scope) => {
        const row = adaptDispute(dispute, scope)
        const [before] = await together(tx, [findDisputeFacts(tx, id), upsertRow(tx, 'disputes', row)])
        return disputeTransitions(before, row)
      },
    }
  })
}

/** A dispute names no customer. Its payment does, when it was fetched expanded. */
export function customerOfDispute(dispute: Stripe.Dispute): string | null {
  return idOf(expanded<Stripe.PaymentIntent>(dispute.payment_intent)?.customer)
}

export function adaptDispute(dispute: Stripe.Dispute, scope: WriteScope): NewDisputeRow {
  return {
    id: dispute.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    payment_id: idOf(dispute.payment_intent),
    charge_id: idOf(dispute.charge) ?? '',
    status: dispute.status,
    reason: dispute.reason,
    currency: dispute.currency,
    amount_minor: dispute.amount,
    evidence_due_by: fromUnixOrNull(dispute.evidence_details.due_by),
    stripe_created_at: fromUnix(dispute.created),
    raw: rawJson(dispute),
    synced_at: scope.now,
  }
}
