import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { allows, type PortalTerms } from './portal-visit.ts'
import { priceIn, sellsIn } from './price-in.ts'
import { productName } from './prices.ts'
import { liveScheduleOf } from './schedules/end-schedule.ts'

/** A price that a subscription can have, and how many of it. */
export interface PlanOption {
  /** With the amounts of the subscription's currency. */
  price: Stripe.Price
  productName: string
  isCurrent: boolean
  /** How many may be chosen; null: as many as there are now. */
  quantity: QuantityRange | null
}

export interface QuantityRange {
  minimum: number
  /** Null: no end. */
  maximum: number | null
}

/**
 * What a subscription can be changed to at this portal; empty when it cannot be changed. Stripe's portal only cancels
 * subscriptions of several products, of metered prices, and those that are billed by sent invoices (stripe-facts 7.4). A price
 * in another currency, or that is taxed otherwise, is none to change to.
 */
export function planOptions(
  context: Context,
  visit: PortalTerms,
  subscription: Stripe.Subscription,
): PlanOption[] {
  const item = changeableItem(context, visit, subscription)
  if (item === undefined) return []
  const { currency } = subscription
  const { default_allowed_updates: allowed } = visit.configuration.features.subscription_update
  const products = context.store.get('portal_products', visit.configuration.id)?.products ?? []
  const options = products.flatMap(({ product, prices, adjustable_quantity: adjustable }) => {
    if (context.store.get('product', product)?.active !== true) return []
    const quantity = allowed.includes('quantity') && adjustable.enabled ? rangeOf(adjustable) : null
    return prices.flatMap((id): PlanOption[] => {
      const price = context.store.get('price', id)
      if (price === undefined || !isOffered(price, item.price) || !sellsIn(context, price, currency))
        return []
      const isCurrent = price.id === item.price.id
      if (!isCurrent && !allowed.includes('price')) return []
      const inCurrency = priceIn(context, price, currency)
      return [{ price: inCurrency, productName: productName(context, price), isCurrent, quantity }]
    })
  })
  return options.some(({ isCurrent, quantity }) => !isCurrent || quantity !== null) ? options : []
}

/** The one item of a subscription that the portal may change; undefined when it may not. */
export function changeableItem(
  context: Context,
  visit: PortalTerms,
  subscription: Stripe.Subscription,
): Stripe.SubscriptionItem | undefined {
  const [item, ...others] = subscription.items.data
  const isRunning = subscription.status === 'active' || subscription.status === 'trialing'
  if (!allows(visit, 'subscription_update') || !isRunning || others.length > 0) return undefined
  if (
    subscription.collection_method === 'send_invoice' ||
    scheduledChangeAt(context, subscription) !== null
  ) {
    return undefined
  }
  // What is set to end is taken back first.
  if (subscription.cancel_at !== null) return undefined
  return item?.price.recurring?.usage_type === 'metered' ? undefined : item
}

/** When a schedule changes a subscription next, unix seconds; null when none has plans for it. */
export function scheduledChangeAt(
  { store, clock }: Context,
  subscription: Stripe.Subscription,
): number | null {
  const phases = liveScheduleOf(store, subscription)?.phases ?? []
  return phases.find((phase) => phase.start_date > clock.now())?.start_date ?? null
}

function isOffered(price: Stripe.Price, current: Stripe.Price): boolean {
  return (
    (price.active || price.id === current.id) &&
    price.tax_behavior === current.tax_behavior &&
    price.recurring?.usage_type === 'licensed'
  )
}

function rangeOf({
  minimum,
  maximum,
}: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product.AdjustableQuantity): QuantityRange {
  return { minimum, maximum }
}
