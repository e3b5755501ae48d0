import type Stripe from 'stripe'
import { elapsedPeriods } from '../billing/backdated-lines.ts'
import { isRecurring } from '../billing/invoice-lines.ts'
import { cadenceOf } from '../billing/prices.ts'
import { phasePrice } from '../billing/schedules/phase-items.ts'
import type { StartLine } from '../billing/start-subscription.ts'
import { isMetered } from '../billing/usage/metered.ts'
import type { Context } from '../context.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'

/** How many lines the first invoice can have. */
const longestInvoice = 250

/** The moment in the past at which a subscription began, unix seconds; null: it begins now. */
export function backdatedStart(
  {
    backdate_start_date: at,
    billing_mode: mode,
    trial_end: trialEnd,
    trial_period_days: trialDays,
  }: Pick<
    Stripe.SubscriptionCreateParams,
    'backdate_start_date' | 'billing_mode' | 'trial_end' | 'trial_period_days'
  >,
  lines: readonly StartLine[],
  now: number,
): number | null {
  const param = 'backdate_start_date'
  if (at === undefined) return null
  // In Stripe's words (stripe/stripe-node#696).
  if (at > now) throw parameterInvalid(param, 'The backdated subscription start date must be in the past.')
  if (trialEnd !== undefined || trialDays !== undefined) throw notSupportedYet(`${param} with a trial`, param)
  checkElapsed(
    lines.map(({ price }) => price),
    { param, grid: mode?.type === 'classic' ? null : now, from: at, until: now },
  )
  return at
}

/** Whether a schedule can have begun with this phase, which began before now. */
export function checkBackdatedPhase(
  context: Context,
  { end_date: end, ...phase }: Stripe.SubscriptionSchedule.Phase,
  mode: Stripe.SubscriptionSchedule.BillingMode['type'],
): void {
  const param = 'start_date'
  const now = context.clock.now()
  if (end <= now) throw notSupportedYet('A start date in the past whose first phase is over', param)
  if (phase.trial_end !== null) throw notSupportedYet('A start date in the past with a trial', param)
  if (phase.proration_behavior === 'none') {
    throw notSupportedYet('A start date in the past without prorations', 'phases[0][proration_behavior]')
  }
  checkElapsed(
    phase.items.map((item) => phasePrice(context, item.price)),
    { param, grid: mode === 'classic' ? null : phase.start_date, from: phase.start_date, until: now },
  )
}

/** @param grid null: everything that has elapsed is on one line. */
function checkElapsed(
  prices: readonly Stripe.Price[],
  { param, grid, from, until }: { param: string; grid: number | null; from: number; until: number },
): void {
  const recurring = prices.filter(isRecurring)
  if (recurring.some(isMetered)) throw notSupportedYet(`${param} in the past with a metered price`, param)
  if (grid === null) return
  const elapsed = recurring.flatMap((price) => elapsedPeriods(grid, cadenceOf(price), { from, until }))
  if (elapsed.length + prices.length > longestInvoice) {
    throw parameterInvalid(param, `The first invoice would have more than ${longestInvoice} lines.`)
  }
}
