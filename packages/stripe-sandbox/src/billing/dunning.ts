import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { cancelSubscription } from './cancel-subscription.ts'
import { pauseSubscription } from './pause-subscription.ts'
import { saveChanges } from './save-changes.ts'

/** Decline codes after which the same card is not asked again (docs.stripe.com/billing/revenue-recovery/smart-retries). */
const hopeless: ReadonlySet<string> = new Set([
  'incorrect_number',
  'lost_card',
  'pickup_card',
  'stolen_card',
  'revocation_of_authorization',
  'revocation_of_all_authorizations',
  'authentication_required',
  'highest_risk_level',
  'fraudulent',
])

/** Whether asking this card again for an intent is no use: its last refusal by the same card was for good. */
export function isHopeless(
  context: Context,
  intent: Stripe.PaymentIntent,
  card: Stripe.PaymentMethod,
): boolean {
  const error = intent.last_payment_error
  if (error?.payment_method?.id !== card.id) return false
  const charge = context.store.get('charge', idOf(intent.latest_charge) ?? '')
  return [error.decline_code, error.code, charge?.outcome?.reason].some(
    (code) => typeof code === 'string' && hopeless.has(code),
  )
}

/** When an invoice whose n-th attempt has just failed is tried again, unix seconds; null when that was the last one. */
export function nextAttemptAt(context: Context, attemptCount: number): number | null {
  const days = context.settings.retryAfterDays[attemptCount - 1]
  return days === undefined ? null : context.clock.now() + days * 86_400
}

/** What the account's settings say of a subscription whose invoice failed for the last time. */
export function giveUp(context: Context, subscription: Stripe.Subscription): void {
  switch (context.settings.afterLastRetry) {
    case 'cancel':
      cancelSubscription(context, subscription, { reason: 'payment_failed' })
      return
    case 'unpaid':
      saveChanges(
        context,
        'subscription',
        subscription,
        { ...subscription, status: 'unpaid' },
        'customer.subscription.updated',
      )
      return
    case 'pause':
      if (subscription.billing_mode.type === 'flexible') pauseSubscription(context, subscription)
      else cancelSubscription(context, subscription, { reason: 'payment_failed' })
      return
    case 'past_due':
      return
  }
}
