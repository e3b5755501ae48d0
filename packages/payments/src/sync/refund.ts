import { upsertRow } from '../db/queries/mirror-row.ts'
import { findRefund, type NewRefundRow } from '../db/queries/refunds.ts'
import type { Stripe } from '../stripe/client.ts'
import { expanded, fromUnix, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, WriteScope } from './fetched.ts'
import { orVanished } from './vanished.ts'

/** One refund; its payment, which counts what was refunded in all, is fetched along. */
export async function fetchRefund(context: SyncContext, id: string): Promise<Fetched> {
  return await orVanished(findRefund, id, async () => {
    const refund = await context.stripe.refunds.retrieve(id, { expand: ['payment_intent'] })
    const payment = idOf(refund.payment_intent)
    return {
      stripeCustomerId: customerOfRefund(refund),
      related: payment === null ? [] : [{ resource: 'payment', id: payment }],
      write: async (tx, scope) => {
        await upsertRow(tx, 'refunds', adaptRefund(refund, scope))
        return []
      },
    }
  })
}

/** `customer` is new on refunds and may be null; the payment says it too. */
export function customerOfRefund(refund: Stripe.Refund): string | null {
  return idOf(refund.customer) ?? idOf(expanded<Stripe.PaymentIntent>(refund.payment_intent)?.customer)
}

export function adaptRefund(refund: Stripe.Refund, scope: WriteScope): NewRefundRow {
  return {
    id: refund.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    payment_id: idOf(refund.payment_intent),
    status: refund.status ?? 'pending',
    currency: refund.currency,
    amount_minor: refund.amount,
    reason: refund.reason ?? null,
    stripe_created_at: fromUnix(refund.created),
    raw: rawJson(refund),
    synced_at: scope.now,
  }
}
