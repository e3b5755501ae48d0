import type Stripe from 'stripe'
import type { Store } from '../store/store.ts'

/**
 * When a pause that was for a time ends, unix seconds; null: when somebody resumes the subscription. A pause forgets the plan of
 * one before it (pause-subscription.ts).
 */
export function plannedResumptionAt(store: Store, { id, status }: Stripe.Subscription): number | null {
  return status === 'paused' ? (store.get('planned_resumption', id)?.at ?? null) : null
}
