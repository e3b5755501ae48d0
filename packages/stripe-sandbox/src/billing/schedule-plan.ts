import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPhase, buildPhaseItem } from '../objects/subscription-schedule.ts'
import { latestPeriodEnd } from './cancel-subscription.ts'
import { addCadence } from './periods.ts'
import type { WantedPlan } from './plan-quote.ts'
import { cadenceOf, lineAmountMinor } from './prices.ts'
import { saveChanges } from './save-changes.ts'
import { liveScheduleOf } from './schedules/end-schedule.ts'
import { takeOverSubscription } from './schedules/take-over.ts'

type Settings = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate

/**
 * Whether the portal keeps a change for the end of the period: any one condition of its configuration is enough. An item costs less
 * when it does at the same billing interval; of another interval, only whether it is shorter counts.
 */
export function isForPeriodEnd(
  { schedule_at_period_end: { conditions } }: Settings,
  { items }: Stripe.Subscription,
  { option, quantity }: Pick<WantedPlan, 'option' | 'quantity'>,
): boolean {
  const [item] = items.data
  if (item === undefined) return false
  const before = lengthOf(item.price)
  const after = lengthOf(option.price)
  return conditions.some(({ type }) => {
    switch (type) {
      case 'shortening_interval':
        return after < before
      case 'decreasing_item_amount':
        return (
          after === before &&
          lineAmountMinor(option.price, quantity) < lineAmountMinor(item.price, item.quantity ?? 1)
        )
      default:
        throw new Error(`a portal configuration with the condition '${type}'`)
    }
  })
}

/** Plans a change for the end of the period, with a schedule that lets the subscription go once it is made. */
export function schedulePlan(
  context: Context,
  subscription: Stripe.Subscription,
  { option, quantity, redemption }: WantedPlan,
): void {
  const startDate = latestPeriodEnd(subscription)
  const phase: Stripe.SubscriptionSchedule.Phase = {
    ...buildPhase({
      currency: subscription.currency,
      items: subscription.items.data.map((item) =>
        buildPhaseItem({
          price: option.price,
          quantity,
          discounts: [],
          metadata: item.metadata,
          taxRates: item.tax_rates ?? [],
        }),
      ),
      startDate,
      endDate: addCadence(startDate, cadenceOf(option.price)),
    }),
    default_tax_rates: [...(subscription.default_tax_rates ?? [])],
    discounts: discountsOf(subscription, redemption),
    proration_behavior: 'none',
  }
  const schedule = liveScheduleOf(context.store, subscription)
  if (schedule === undefined) {
    takeOverSubscription(context, subscription, { metadata: {}, upcoming: [phase] })
    return
  }
  const after = { ...schedule, phases: [...schedule.phases, phase] }
  saveChanges(context, 'subscription_schedule', schedule, after, 'subscription_schedule.updated')
}

function discountsOf(
  { discounts }: Stripe.Subscription,
  redemption: WantedPlan['redemption'],
): Stripe.SubscriptionSchedule.Phase.Discount[] {
  if (redemption === null) {
    return discounts.map((discount) => ({
      coupon: null,
      discount: typeof discount === 'string' ? discount : discount.id,
      promotion_code: null,
    }))
  }
  const { coupon, promotionCode } = redemption
  return [
    {
      coupon: promotionCode === null ? coupon.id : null,
      discount: null,
      promotion_code: promotionCode?.id ?? null,
    },
  ]
}

/** Seconds, near enough to tell which of two intervals is the shorter one. */
function lengthOf(price: Stripe.Price): number {
  return addCadence(0, cadenceOf(price))
}
