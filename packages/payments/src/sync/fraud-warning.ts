import { findFraudWarning, type NewFraudWarningRow } from '../db/queries/fraud-warnings.ts'
import { upsertRow } from '../db/queries/mirror-row.ts'
import type { Stripe } from '../stripe/client.ts'
import { expanded, fromUnix, idOf, rawJson } from './adapt.ts'
import type { SyncContext } from './context.ts'
import type { Fetched, WriteScope } from './fetched.ts'
import { orVanished } from './vanished.ts'

/** One early fraud warning. It is mirrored for whoever decides about a refund; the app is told nothing before a dispute. */
export async function fetchFraudWarning(context: SyncContext, id: string): Promise<Fetched> {
  return await orVanished(findFraudWarning, id, async () => {
    const warning = await context.stripe.radar.earlyFraudWarnings.retrieve(id, { expand: ['payment_intent'] })
    return {
      stripeCustomerId: customerOfWarning(warning),
      related: [],
      write: async (tx, scope) => {
        await upsertRow(tx, 'fraud_warnings', adaptFraudWarning(warning, scope))
        return []
      },
    }
  })
}

export function customerOfWarning(warning: Stripe.Radar.EarlyFraudWarning): string | null {
  return idOf(expanded<Stripe.PaymentIntent>(warning.payment_intent)?.customer)
}

export function adaptFraudWarning(
  warning: Stripe.Radar.EarlyFraudWarning,
  scope: WriteScope,
): NewFraudWarningRow {
  return {
    id: warning.id,
    owner_id: scope.ownerId,
    stripe_customer_id: scope.stripeCustomerId,
    payment_id: idOf(warning.payment_intent),
    charge_id: idOf(warning.charge) ?? '',
    fraud_type: warning.fraud_type,
    is_actionable: warning.actionable,
    stripe_created_at: fromUnix(warning.created),
    raw: rawJson(warning),
    synced_at: scope.now,
  }
}
