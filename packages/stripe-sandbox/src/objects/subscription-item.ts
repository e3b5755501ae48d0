import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'
import { buildPlan } from './plan.ts'

export interface SubscriptionItemInput {
  subscription: string
  price: Stripe.Price
  /** Of a licensed price; a metered one has none. */
  quantity: number
  created: number
  /** Unix seconds. */
  periodStart: number
  periodEnd: number
  metadata?: Stripe.Metadata
  /** Ids. */
  discounts?: readonly string[]
  taxRates?: readonly Stripe.TaxRate[]
}

export function buildSubscriptionItem(ids: Ids, input: SubscriptionItemInput): Stripe.SubscriptionItem {
  return {
    id: ids.newId('si_'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: input.created,
    current_period_end: input.periodEnd,
    current_period_start: input.periodStart,
    current_trial: null,
    discounts: [...(input.discounts ?? [])],
    metadata: input.metadata ?? {},
    plan: buildPlan(input.price),
    price: unexpanded(input.price),
    ...(input.price.recurring?.usage_type === 'metered' ? {} : { quantity: input.quantity }),
    subscription: input.subscription,
    tax_rates: [...(input.taxRates ?? [])],
  }
}

/** The price as it stands inside other objects: with its product as an id. */
export function unexpanded(price: Stripe.Price): Stripe.Price {
  return { ...price, product: idOf(price.product) ?? '' }
}
