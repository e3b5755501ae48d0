import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { saveChanges } from './save-changes.ts'

/** A subscription begins to count, or counts again: nothing more is waited for. */
export function makeActive(context: Context, subscription: Stripe.Subscription): void {
  const after: Stripe.Subscription = { ...subscription, status: 'active' }
  saveChanges(context, 'subscription', subscription, after, 'customer.subscription.updated')
}
