import type Stripe from 'stripe'
import { elapsedPeriods } from '../billing/backdated-lines.ts'
import { isRecurring } from '../billing/invoice-lines.ts'
import { cadenceOf } from '../billing/prices.ts'
import type { StartLine } from '../billing/start-subscription.ts'
import { isMetered } from '../billing/usage/metered.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'

const param = 'backdate_start_date'

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
  if (at === undefined) return null
  if (at > now) throw parameterInvalid(param, 'The backdated start date must be in the past.')
  if (mode?.type === 'classic') throw notSupportedYet(`${param} in classic billing mode`, param)
  if (trialEnd !== undefined || trialDays !== undefined) throw notSupportedYet(`${param} with a trial`, param)
  const recurring = lines.map(({ price }) => price).filter(isRecurring)
  if (recurring.some(isMetered)) throw notSupportedYet(`${param} with a metered price`, param)
  const elapsed = recurring.flatMap((price) =>
    elapsedPeriods(now, cadenceOf(price), { from: at, until: now }),
  )
  if (elapsed.length + lines.length > longestInvoice) {
    throw parameterInvalid(param, `The first invoice would have more than ${longestInvoice} lines.`)
  }
  return at
}
