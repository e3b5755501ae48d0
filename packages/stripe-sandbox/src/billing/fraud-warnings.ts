import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildEarlyFraudWarning } from '../objects/early-fraud-warning.ts'
import { saveChanges } from './save-changes.ts'

/** A bank suspects a charge; `radar.early_fraud_warning.created`. */
export function warnOfFraud(context: Context, charge: Stripe.Charge): void {
  const warning = buildEarlyFraudWarning(context.ids, charge, context.clock.now())
  context.store.put('radar.early_fraud_warning', warning)
  context.emit('radar.early_fraud_warning.created', warning)
}

/** Nothing can be done any more about the warnings of a charge that is disputed or fully refunded. */
export function settleWarnings(context: Context, chargeId: string): void {
  for (const warning of context.store.where('radar.early_fraud_warning', 'charge', chargeId)) {
    saveChanges(
      context,
      'radar.early_fraud_warning',
      warning,
      { ...warning, actionable: false },
      'radar.early_fraud_warning.updated',
    )
  }
}
