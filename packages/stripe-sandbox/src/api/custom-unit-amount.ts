import type Stripe from 'stripe'
import { leastChargeMinor, mostChargeMinor } from '../billing/currency.ts'
import { parameterInvalid, parametersExclusive } from '../wire/error-catalogue.ts'

interface Given {
  custom_unit_amount?: Stripe.PriceCreateParams.CustomUnitAmount
  unit_amount?: number
  unit_amount_decimal?: Stripe.Decimal
}

/**
 * The bounds of an amount that the customer chooses at Checkout, in minor units; null when the price has an amount of its own.
 * @throws StripeApiError for both, and for bounds that nobody could pay within.
 */
export function customUnitAmount(
  { custom_unit_amount: custom, ...given }: Given,
  currency: string,
  at: (param: string) => string,
): Stripe.Price.CustomUnitAmount | null {
  if (custom === undefined) return null
  const inside = (name: string): string => at(`custom_unit_amount[${name}]`)
  for (const name of ['unit_amount', 'unit_amount_decimal'] as const) {
    if (given[name] !== undefined) throw parametersExclusive([at(name), at('custom_unit_amount')])
  }
  if (!custom.enabled) {
    throw parameterInvalid(
      inside('enabled'),
      '`enabled` must be `true`: otherwise omit `custom_unit_amount`.',
    )
  }
  const { minimum = null, maximum = null, preset = null } = custom
  const least = leastChargeMinor(currency)
  const most = mostChargeMinor(currency)
  for (const [name, amount] of Object.entries({ minimum, maximum, preset })) {
    if (amount === null || (amount >= least && amount <= most)) continue
    throw parameterInvalid(inside(name), `\`${name}\` must be between ${least} and ${most} in ${currency}.`)
  }
  if (minimum !== null && maximum !== null && minimum > maximum) {
    throw parameterInvalid(inside('minimum'), '`minimum` must not be greater than `maximum`.')
  }
  if (preset !== null && (preset < (minimum ?? least) || preset > (maximum ?? most))) {
    throw parameterInvalid(inside('preset'), '`preset` must be between `minimum` and `maximum`.')
  }
  return { maximum, minimum, preset }
}
