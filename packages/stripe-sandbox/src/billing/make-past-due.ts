import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { saveChanges } from './save-changes.ts'

/** What is owed for a subscription has not come: it goes on, past due. */
export function makePastDue(context: Context, subscription: Stripe.Subscription): Stripe.Subscription {
  const after: Stripe.Subscription = { ...subscription, status: 'past_due' }
  return saveChanges(context, 'subscription', subscription, after, 'customer.subscription.updated')
}
