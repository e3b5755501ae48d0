import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { latestPeriodEnd } from '../cancel-subscription.ts'
import { changeSubscription, type SubscriptionChange } from '../change-subscription.ts'
import { cadenceOf } from '../prices.ts'
import { creditUnusedTime } from '../prorate-change.ts'
import { renewSubscription } from '../renew-subscription.ts'
import { saveChanges } from '../save-changes.ts'
import { tellShortTrial } from '../subscription-notices.ts'
import { isMetered } from '../usage/metered.ts'
import { addPhaseInvoiceItems, itemsOfPhase } from './phase-items.ts'
import { withPhaseTerms, withPlannedEnd } from './phase-terms.ts'

type Phase = Stripe.SubscriptionSchedule.Phase

export interface PhaseEntry {
  phase: Phase
  /** What is sold once; left out where the phase was entered before and only changes. */
  additions: readonly Stripe.SubscriptionSchedule.Phase.AddInvoiceItem[]
  prorationBehavior: Stripe.SubscriptionSchedule.Phase.ProrationBehavior
}

/**
 * Makes a subscription what a phase says, now.
 *
 *   at the end of a period   the next one begins with the phase's items: one renewal, nothing prorated
 *   within a period          as any change: the phase's proration behavior says how the difference is billed, another interval
 *                            or `phase_start` begins a new period
 *   with a trial             nothing is billed until the trial ends; the billing date moves there
 *
 * An invoice that this makes stays a draft for about an hour, as every invoice of a schedule does.
 */
export function enterPhase(
  context: Context,
  schedule: Stripe.SubscriptionSchedule,
  before: Stripe.Subscription,
  { phase, additions, prorationBehavior }: PhaseEntry,
): void {
  const now = context.clock.now()
  addPhaseInvoiceItems(context, before, additions)
  const terms = withPlannedEnd(context, schedule, withPhaseTerms(context, schedule, phase, before))
  const wanted: Stripe.Subscription = {
    ...terms,
    items: { ...terms.items, data: itemsOfPhase(context, phase, before) },
  }
  const startsPeriod =
    (phase.billing_cycle_anchor ?? schedule.default_settings.billing_cycle_anchor) === 'phase_start' &&
    phase.start_date === now
  if (phase.trial_end !== null && phase.trial_end > now) {
    enterTrial(context, before, wanted, phase.trial_end, prorationBehavior)
  } else if (before.status === 'paused') {
    saveChanges(context, 'subscription', before, wanted, 'customer.subscription.updated')
  } else if (latestPeriodEnd(before) <= now) {
    renewSubscription(context, atPeriodEnd(before, wanted, startsPeriod, now), before)
  } else {
    const endsTrial = before.status === 'trialing'
    changeSubscription(context, before, {
      wanted: endsTrial ? { ...wanted, status: 'active', trial_end: now } : wanted,
      prorationBehavior: knownBehavior(prorationBehavior),
      prorationDate: now,
      resetsAnchor: startsPeriod,
      endsTrial,
      finalizesAt: now + context.settings.finalizeAfterSeconds,
    })
  }
}

/** Where every period ends, new items take their place as if they had been there; another interval counts from here. */
function atPeriodEnd(
  before: Stripe.Subscription,
  wanted: Stripe.Subscription,
  startsPeriod: boolean,
  now: number,
): Stripe.Subscription {
  const known = new Set(before.items.data.map((item) => item.id))
  const intervals = new Set(before.items.data.map((item) => keyOf(item.price)))
  const isOtherInterval = wanted.items.data.some((item) => !intervals.has(keyOf(item.price)))
  const start = Math.min(...before.items.data.map((item) => item.current_period_start))
  return {
    ...wanted,
    billing_cycle_anchor: startsPeriod || isOtherInterval ? now : wanted.billing_cycle_anchor,
    items: {
      ...wanted.items,
      data: wanted.items.data.map((item) =>
        known.has(item.id) ? item : { ...item, current_period_start: start, current_period_end: now },
      ),
    },
  }
}

function enterTrial(
  context: Context,
  before: Stripe.Subscription,
  wanted: Stripe.Subscription,
  trialEnd: number,
  prorationBehavior: string,
): void {
  const now = context.clock.now()
  const isInTrial = before.status === 'trialing'
  if (prorationBehavior !== 'none' && !isInTrial) {
    const licensed = before.items.data.filter((item) => !isMetered(item.price))
    for (const item of licensed) creditUnusedTime(context, before, item, now)
  }
  const after: Stripe.Subscription = {
    ...wanted,
    billing_cycle_anchor: trialEnd,
    items: {
      ...wanted.items,
      data: wanted.items.data.map((item) => ({
        ...item,
        current_period_start: isInTrial ? item.current_period_start : now,
        current_period_end: trialEnd,
      })),
    },
    status: 'trialing',
    trial_end: trialEnd,
    trial_start: isInTrial ? before.trial_start : now,
  }
  const saved = saveChanges(context, 'subscription', before, after, 'customer.subscription.updated')
  if (before.trial_end !== trialEnd) tellShortTrial(context, saved)
}

function knownBehavior(behavior: string): SubscriptionChange['prorationBehavior'] {
  return behavior === 'none' || behavior === 'always_invoice' ? behavior : 'create_prorations'
}

function keyOf(price: Stripe.Price): string {
  const { interval, intervalCount } = cadenceOf(price)
  return `${intervalCount} ${interval}`
}
