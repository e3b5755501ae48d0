import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPlan } from '../objects/plan.ts'
import { unexpanded } from '../objects/subscription-item.ts'
import { idOf } from '../store/tables.ts'
import { latestPeriodEnd } from './cancel-subscription.ts'
import { changeSubscription, type SubscriptionChange } from './change-subscription.ts'
import type { Redemption } from './check-redemption.ts'
import { applyCoupon } from './discounts.ts'
import { finalizeInvoice } from './invoice-states.ts'
import { dropPendingUpdate } from './pending-update.ts'
import type { PlanOption } from './portal-plans.ts'
import { previewNextInvoice } from './preview-invoice.ts'
import { isForPeriodEnd, schedulePlan } from './schedule-plan.ts'
import { simulate } from './simulate.ts'

type Settings = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate

/** What a change would cost. It is tried out, so nothing else can come of it when it is made with the same `quotedAt`. */
export interface PlanQuote {
  option: PlanOption
  quantity: number
  /** The coupon that comes with the change, in place of those that the subscription has; null: they stay. */
  redemption: Redemption | null
  /** What is invoiced at once; null: nothing is. */
  invoice: Stripe.Invoice | null
  dueMinor: number
  currency: string
  /** What the next period costs, and when; null: there is none. */
  next: { invoice: Stripe.Invoice; dueMinor: number; dueAt: number } | null
  /** When the change is made, unix seconds; null: at once. */
  scheduledFor: number | null
  /** True when a free trial ends with the change. */
  endsTrial: boolean
  /** The moment from which the difference counts, unix seconds. */
  quotedAt: number
}

/** What is asked for, and the moment from which it counts. */
export type WantedPlan = Pick<PlanQuote, 'option' | 'quantity' | 'redemption' | 'quotedAt'>

/** @throws StripeApiError for a price that the sandbox cannot bill. */
export function quotePlan(
  context: Context,
  settings: Settings,
  current: Stripe.Subscription,
  wanted: WantedPlan,
): PlanQuote {
  return simulate(context, context.clock.now(), (simulated) => {
    const before = dropPendingUpdate(simulated, current)
    if (isForPeriodEnd(settings, before, wanted)) return quoteScheduled(simulated, before, wanted)
    const change = planChange(simulated, settings, before, wanted)
    const { subscription, invoice: draft } = changeSubscription(simulated, before, change)
    // What the balance pays now, it does not pay again next time.
    const invoice = draft && finalizeInvoice(simulated, draft)
    const next = previewNextInvoice(simulated, subscription)
    return {
      ...wanted,
      invoice,
      dueMinor: invoice?.amount_due ?? 0,
      currency: current.currency,
      next: next ? { invoice: next, dueMinor: next.amount_due, dueAt: next.period_end } : null,
      scheduledFor: null,
      endsTrial: change.endsTrial,
    }
  })
}

/** Nothing is due now, and the next period is the new plan's. */
function quoteScheduled(simulated: Context, before: Stripe.Subscription, wanted: WantedPlan): PlanQuote {
  schedulePlan(simulated, before, wanted)
  const next = previewNextInvoice(simulated, simulated.store.get('subscription', before.id) ?? before)
  return {
    ...wanted,
    invoice: null,
    dueMinor: 0,
    currency: before.currency,
    next: next ? { invoice: next, dueMinor: next.amount_due, dueAt: latestPeriodEnd(before) } : null,
    scheduledFor: latestPeriodEnd(before),
    endsTrial: false,
  }
}

/** The change as the portal's configuration wants it made. */
export function planChange(
  context: Context,
  settings: Settings,
  before: Stripe.Subscription,
  { option, quantity, redemption, quotedAt }: WantedPlan,
): SubscriptionChange {
  const isTrial = before.status === 'trialing'
  const endsTrial = isTrial && settings.trial_update_behavior !== 'continue_trial'
  return {
    wanted: {
      ...before,
      items: {
        ...before.items,
        data: before.items.data.map((item) => ({
          ...item,
          price: unexpanded(option.price),
          plan: buildPlan(option.price),
          quantity,
        })),
      },
      ...(redemption === null ? {} : { discounts: [given(context, before, redemption)] }),
      ...(endsTrial ? { status: 'active', trial_end: quotedAt } : {}),
    },
    prorationBehavior: prorationBehavior(settings.proration_behavior),
    prorationDate: quotedAt,
    // A trial that goes on keeps its end, and with it the billing date.
    resetsAnchor: settings.billing_cycle_anchor === 'now' && (endsTrial || !isTrial),
    endsTrial,
  }
}

function given(context: Context, { id, customer }: Stripe.Subscription, redemption: Redemption): string {
  return applyCoupon(context, redemption, { customer: idOf(customer), subscription: id }).id
}

function prorationBehavior(
  behavior: Settings['proration_behavior'],
): SubscriptionChange['prorationBehavior'] {
  switch (behavior) {
    case 'none':
      return 'none'
    case 'create_prorations':
      return 'create_prorations'
    case 'always_invoice':
      return 'always_invoice'
    default:
      throw new Error(`a portal configuration with proration_behavior '${behavior}'`)
  }
}
