import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'

/** A bank's word that a charge looks like fraud, before anybody disputes it. */
export function buildEarlyFraudWarning(
  ids: Ids,
  charge: Stripe.Charge,
  created: number,
): Stripe.Radar.EarlyFraudWarning {
  const intent = idOf(charge.payment_intent)
  return {
    id: ids.newId('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created,
    fraud_type: 'misc',
    livemode: false,
    ...(intent === null ? {} : { payment_intent: intent }),
  }
}
