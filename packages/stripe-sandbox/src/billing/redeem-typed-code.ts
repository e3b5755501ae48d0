import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { findCode, isRefusal, type Refusal, redeemCode } from './check-redemption.ts'
import { applyCoupon, endDiscount } from './discounts.ts'
import { saveChanges } from './save-changes.ts'

/**
 * What somebody typed into a field for promotion codes, for a subscription that runs: from the next invoice on it has this discount
 * in place of those that it had. Changes nothing when the code is refused.
 */
export function redeemTypedCode(
  context: Context,
  subscription: Stripe.Subscription,
  typed: string,
): { subscription: Stripe.Subscription } | Refusal {
  const customer = idOf(subscription.customer)
  const code = findCode(context, typed, customer)
  if (code === undefined) return { code: null, message: 'This code is invalid.' }
  const outcome = redeemCode(context, code, { customer, currency: subscription.currency, totalMinor: null })
  if (isRefusal(outcome)) return outcome
  for (const discount of subscription.discounts) endDiscount(context, idOf(discount) ?? '')
  const { id } = applyCoupon(context, outcome, { customer, subscription: subscription.id })
  const after = { ...subscription, discounts: [id] }
  return {
    subscription: saveChanges(context, 'subscription', subscription, after, 'customer.subscription.updated'),
  }
}
