import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { mergedMetadata } from '../../wire/metadata.ts'
import { announceCustomer } from '../announce-customer.ts'
import { type StartLine, startSubscription } from '../start-subscription.ts'
import { tellShortTrial } from '../subscription-notices.ts'
import { redemptionsOfPhase } from './phase-discounts.ts'
import { phasePrice } from './phase-items.ts'
import { termsOf, withPlannedEnd } from './phase-terms.ts'

interface ScheduledStart {
  customer: Stripe.Customer
  /** Null when there is nothing to bill yet. */
  invoice: Stripe.Invoice | null
  subscription: Stripe.Subscription
}

/**
 * Makes the subscription of a schedule that begins. It is active (or trialing) at once: its first invoice is a draft for about
 * an hour, and leaves it past due when nobody pays (stripe-facts 2.16). Announces nothing.
 */
export function startScheduled(
  context: Context,
  schedule: Stripe.SubscriptionSchedule,
  phase: Stripe.SubscriptionSchedule.Phase,
): ScheduledStart {
  const customer = context.store.get('customer', idOf(schedule.customer) ?? '')
  if (customer === undefined) throw new Error(`schedule ${schedule.id} has no customer`)
  const now = context.clock.now()
  const trialEnd = phase.trial_end !== null && phase.trial_end > now ? phase.trial_end : null
  const backdatedTo = phase.start_date < now ? phase.start_date : null
  const terms = termsOf(schedule, phase)
  const { subscription: born, invoice } = startSubscription(context, {
    ...terms,
    customer,
    lines: linesOf(context, phase),
    status: trialEnd === null ? 'active' : 'trialing',
    metadata: mergedMetadata({}, phase.metadata ?? {}),
    trialEnd,
    missingPaymentMethod: 'create_invoice',
    saveDefaultPaymentMethod: 'off',
    billingMode: schedule.billing_mode,
    defaultTaxRates: phase.default_tax_rates ?? [],
    redemptions: redemptionsOfPhase(context, phase.discounts),
    // One that began in the past has its billing dates where it began.
    billingCycleAnchor: backdatedTo,
    backdatedTo,
    isFirstPeriodFree: false,
    staysDraft: true,
  })
  const subscription = withPlannedEnd(context, schedule, { ...born, schedule: schedule.id })
  context.store.put('subscription', subscription)
  context.store.put('subscription_schedule', { ...schedule, subscription: subscription.id })
  return { customer, invoice, subscription }
}

export function announceStart(context: Context, { customer, invoice, subscription }: ScheduledStart): void {
  context.emit('customer.subscription.created', subscription)
  tellShortTrial(context, subscription)
  announceCustomer(context, customer, subscription.currency)
  if (invoice) context.emit('invoice.created', invoice)
}

function linesOf(context: Context, phase: Stripe.SubscriptionSchedule.Phase): StartLine[] {
  return [
    ...phase.items.map((item) => ({
      price: phasePrice(context, item.price),
      quantity: item.quantity ?? 1,
      metadata: item.metadata ?? {},
      taxRates: item.tax_rates ?? [],
      redemptions: redemptionsOfPhase(context, item.discounts),
    })),
    ...phase.add_invoice_items.map((addition) => ({
      price: phasePrice(context, addition.price),
      quantity: addition.quantity ?? 1,
      metadata: addition.metadata ?? {},
      taxRates: addition.tax_rates ?? [],
    })),
  ]
}
