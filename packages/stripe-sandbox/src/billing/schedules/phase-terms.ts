import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { mergedMetadata } from '../../wire/metadata.ts'
import { withoutSchedule, withSchedule } from '../cancel-subscription.ts'
import { discountsOfPhase } from './phase-discounts.ts'

type Schedule = Stripe.SubscriptionSchedule

/** How a subscription is collected in a phase: what the phase says, else what the whole schedule says. */
export interface PhaseTerms {
  collectionMethod: Stripe.Subscription.CollectionMethod
  daysUntilDue: number | null
  defaultPaymentMethod: string | null
  description: string | null
}

export function termsOf(
  { default_settings: defaults }: Schedule,
  phase: Stripe.SubscriptionSchedule.Phase,
): PhaseTerms {
  const collectionMethod = phase.collection_method ?? defaults.collection_method ?? 'charge_automatically'
  const days = phase.invoice_settings?.days_until_due ?? defaults.invoice_settings.days_until_due
  return {
    collectionMethod,
    daysUntilDue: collectionMethod === 'send_invoice' ? days : null,
    defaultPaymentMethod: idOf(phase.default_payment_method) ?? idOf(defaults.default_payment_method),
    description: phase.description ?? defaults.description,
  }
}

/** The subscription with everything of a phase that bills nothing by itself. */
export function withPhaseTerms(
  context: Context,
  schedule: Schedule,
  phase: Stripe.SubscriptionSchedule.Phase,
  before: Stripe.Subscription,
): Stripe.Subscription {
  const terms = termsOf(schedule, phase)
  return {
    ...before,
    collection_method: terms.collectionMethod,
    days_until_due: terms.daysUntilDue,
    default_payment_method: terms.defaultPaymentMethod ?? before.default_payment_method,
    default_tax_rates: [...(phase.default_tax_rates ?? [])],
    description: terms.description ?? before.description,
    discounts: discountsOfPhase(context, before.discounts, phase.discounts, {
      customer: idOf(before.customer),
      subscription: before.id,
    }),
    metadata: mergedMetadata(before.metadata, phase.metadata ?? undefined),
  }
}

/** A schedule that cancels shows its end on the subscription; one that releases takes such an end away. */
export function withPlannedEnd(
  context: Context,
  schedule: Schedule,
  subscription: Stripe.Subscription,
): Stripe.Subscription {
  const endsAt = schedule.end_behavior === 'cancel' ? (schedule.phases.at(-1)?.end_date ?? null) : null
  if (subscription.cancel_at === endsAt) return subscription
  if (endsAt === null) return withoutSchedule(subscription)
  return withSchedule(context, subscription, { cancelAt: endsAt, atPeriodEnd: false })
}
