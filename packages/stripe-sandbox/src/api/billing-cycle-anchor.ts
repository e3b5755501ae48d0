import type Stripe from 'stripe'
import { type AnchorConfig, nextAnchor } from '../billing/anchor-config.ts'
import { isRecurring } from '../billing/invoice-lines.ts'
import { periodAt } from '../billing/periods.ts'
import { cadenceOf } from '../billing/prices.ts'
import type { StartLine, SubscriptionStart } from '../billing/start-subscription.ts'
import type { Context } from '../context.ts'
import { notSupportedYet, parameterInvalid, parametersExclusive } from '../wire/error-catalogue.ts'

type Parameters = Pick<
  Stripe.SubscriptionCreateParams,
  'billing_cycle_anchor' | 'billing_cycle_anchor_config'
>
type Anchor = Pick<SubscriptionStart, 'anchorConfig' | 'billingCycleAnchor'>

/** A moment within the first period, from which the grid of periods counts: named, or as a day of the month. */
export function anchorOf(
  context: Context,
  { billing_cycle_anchor: anchor, billing_cycle_anchor_config: given }: Parameters,
  lines: readonly StartLine[],
  trialEnd: number | null,
): Anchor {
  if (anchor !== undefined && given !== undefined) {
    throw parametersExclusive(['billing_cycle_anchor', 'billing_cycle_anchor_config'])
  }
  const recurring = lines.map(({ price }) => price).filter(isRecurring)
  const now = context.clock.now()
  if (given !== undefined) {
    if (trialEnd !== null) {
      throw notSupportedYet('billing_cycle_anchor_config with a trial', 'billing_cycle_anchor_config')
    }
    const anchorConfig = configOf(given, recurring)
    return { anchorConfig, billingCycleAnchor: nextAnchor(anchorConfig, now) }
  }
  if (anchor === undefined) return { anchorConfig: null, billingCycleAnchor: null }
  if (trialEnd !== null) throw parametersExclusive(['billing_cycle_anchor', 'trial_end'])
  if (anchor <= now) {
    throw parameterInvalid('billing_cycle_anchor', 'The billing cycle anchor must be in the future.')
  }
  const [price] = recurring
  if (price && periodAt(anchor, now, cadenceOf(price)).end !== anchor) {
    throw parameterInvalid(
      'billing_cycle_anchor',
      'The billing cycle anchor cannot be later than the next natural billing date.',
    )
  }
  return { anchorConfig: null, billingCycleAnchor: anchor }
}

const ranges = {
  day_of_month: [1, 31],
  hour: [0, 23],
  minute: [0, 59],
  month: [1, 12],
  second: [0, 59],
} as const

function configOf(
  given: Stripe.SubscriptionCreateParams.BillingCycleAnchorConfig,
  prices: readonly Stripe.Price[],
): AnchorConfig {
  const config: AnchorConfig = {
    day_of_month: given.day_of_month,
    hour: given.hour ?? null,
    minute: given.minute ?? null,
    month: given.month ?? null,
    second: given.second ?? null,
  }
  // A boundary of the type system: Object.entries forgets the keys.
  for (const [name, [least, most]] of Object.entries(ranges) as [
    keyof typeof ranges,
    readonly [number, number],
  ][]) {
    const value = config[name]
    if (value === null || (value >= least && value <= most)) continue
    throw parameterInvalid(
      `billing_cycle_anchor_config[${name}]`,
      `This value must be between ${least} and ${most} (it currently is '${value}').`,
    )
  }
  const intervals = prices.map((price) => cadenceOf(price).interval)
  if (intervals.some((interval) => interval !== 'month' && interval !== 'year')) {
    throw parameterInvalid(
      'billing_cycle_anchor_config',
      'billing_cycle_anchor_config is only valid with monthly and yearly price intervals.',
    )
  }
  if (config.month !== null && intervals.some((interval) => interval !== 'year')) {
    throw parameterInvalid(
      'billing_cycle_anchor_config[month]',
      'A month is only valid with yearly price intervals.',
    )
  }
  return config
}
