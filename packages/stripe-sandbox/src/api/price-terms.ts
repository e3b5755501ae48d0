import type Stripe from 'stripe'
import type { CurrencyTerms, PriceScope } from '../billing/price-records.ts'
import type { AmountTier } from '../billing/tiered-amount.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { checkedCurrency } from './checked-currency.ts'
import { customUnitAmount } from './custom-unit-amount.ts'
import { decimalOf } from './decimal-parameter.ts'
import { positive } from './positive.ts'

type Parameters = Stripe.PriceCreateParams
type Options = NonNullable<Parameters['currency_options']>
type At = (param: string) => string

/** What a new price costs, in all its currencies, and how it is counted. */
export interface PriceTerms extends Pick<PriceScope, 'tiers' | 'options'> {
  unitAmountDecimal: string | null
  fields: Pick<Stripe.Price, 'billing_scheme' | 'custom_unit_amount' | 'tiers_mode' | 'transform_quantity'>
}

/** What decides which amounts a price has in each currency. */
type PriceKind = 'tiered' | 'recurring' | 'one_time'

export function kindOf({
  billing_scheme: scheme,
  recurring,
}: {
  billing_scheme?: string
  recurring?: object | null
}): PriceKind {
  if (scheme === 'tiered') return 'tiered'
  return recurring ? 'recurring' : 'one_time'
}

/** @throws StripeApiError for amounts that do not go together. */
export function priceTerms(parameters: Parameters, currency: string, at: At): PriceTerms {
  const isTiered = parameters.billing_scheme === 'tiered'
  if (isTiered) checkTiered(parameters, at)
  else checkPerUnit(parameters, at)
  const custom = customUnitAmount(parameters, currency, at)
  return {
    unitAmountDecimal: isTiered || custom ? null : unitAmountOf(parameters, at),
    tiers: isTiered ? tiersOf(parameters.tiers ?? [], at('tiers')) : null,
    options: currencyOptions(parameters.currency_options ?? {}, currency, kindOf(parameters), at),
    fields: {
      billing_scheme: isTiered ? 'tiered' : 'per_unit',
      custom_unit_amount: custom,
      tiers_mode: isTiered ? (parameters.tiers_mode ?? null) : null,
      transform_quantity: parameters.transform_quantity ?? null,
    },
  }
}

/** Currency → what the price costs there. @param own the price's own currency. */
export function currencyOptions(
  options: Options,
  own: string,
  kind: PriceKind,
  at: At,
): Record<string, CurrencyTerms> {
  const isTiered = kind === 'tiered'
  const entries = Object.entries(options).map(([key, option]) => {
    const inside: At = (param) => at(`currency_options[${key}][${param}]`)
    const currency = checkedCurrency(key, at(`currency_options[${key}]`))
    if (currency === own) {
      throw parameterInvalid(at(`currency_options[${key}]`), `The price itself is in ${own}.`)
    }
    const custom = customUnitAmount(option, currency, inside)
    if (custom && kind !== 'one_time') {
      throw parameterInvalid(
        inside('custom_unit_amount'),
        'Only one-time prices can have `custom_unit_amount`.',
      )
    }
    const terms: CurrencyTerms = {
      unitAmountDecimal: isTiered || custom ? null : unitAmountOf(option, inside),
      customUnitAmount: custom,
      tiers: isTiered ? tiersOf(option.tiers ?? [], inside('tiers')) : null,
      taxBehavior: behaviorOf(option.tax_behavior),
    }
    return [currency, terms] as const
  })
  return Object.fromEntries(entries)
}

function checkTiered(parameters: Parameters, at: At): void {
  if (parameters.tiers_mode === undefined) throw parameterMissing(at('tiers_mode'))
  if (!parameters.recurring) {
    throw parameterInvalid(at('billing_scheme'), 'Only recurring prices can be tiered.')
  }
  for (const name of [
    'unit_amount',
    'unit_amount_decimal',
    'custom_unit_amount',
    'transform_quantity',
  ] as const) {
    if (parameters[name] === undefined) continue
    throw parameterInvalid(at(name), `You cannot set \`${name}\` if \`billing_scheme\` is \`tiered\`.`)
  }
}

function checkPerUnit(parameters: Parameters, at: At): void {
  for (const name of ['tiers', 'tiers_mode'] as const) {
    if (parameters[name] === undefined) continue
    throw parameterInvalid(at(name), `You can only set \`${name}\` if \`billing_scheme\` is \`tiered\`.`)
  }
  for (const name of ['recurring', 'transform_quantity'] as const) {
    if (!parameters.custom_unit_amount || parameters[name] === undefined) continue
    throw parameterInvalid(
      at(name),
      `You cannot set \`${name}\` with \`custom_unit_amount\`: the customer pays it once.`,
    )
  }
  if (parameters.transform_quantity) {
    positive(parameters.transform_quantity.divide_by, at('transform_quantity[divide_by]'))
  }
}

function unitAmountOf(parameters: Pick<Parameters, 'unit_amount' | 'unit_amount_decimal'>, at: At): string {
  const amount = decimalOf(parameters, 'unit_amount', at)
  if (amount === null) throw parameterMissing(at('unit_amount'))
  return amount
}

/** In their order, each further than the one before it, the last one without an end. */
function tiersOf(tiers: readonly Stripe.PriceCreateParams.Tier[], param: string): AmountTier[] {
  if (tiers.length === 0) throw parameterMissing(param)
  return tiers.map((tier, index) => {
    const at: At = (name) => `${param}[${index}][${name}]`
    const isLast = index === tiers.length - 1
    const before = tiers[index - 1]?.up_to ?? 0
    const { up_to: upTo } = tier
    if ((upTo === 'inf') !== isLast) {
      throw parameterInvalid(at('up_to'), 'The last tier, and only the last one, must have `up_to` of `inf`.')
    }
    if (upTo !== 'inf' && before !== 'inf' && upTo <= before) {
      throw parameterInvalid(at('up_to'), 'Tiers must be listed with their `up_to` in ascending order.')
    }
    const unitAmountDecimal = decimalOf(tier, 'unit_amount', at)
    const flatAmountDecimal = decimalOf(tier, 'flat_amount', at)
    if (unitAmountDecimal === null && flatAmountDecimal === null) throw parameterMissing(at('unit_amount'))
    return { upTo: upTo === 'inf' ? null : upTo, unitAmountDecimal, flatAmountDecimal }
  })
}

function behaviorOf(behavior: string | undefined): CurrencyTerms['taxBehavior'] {
  return behavior === 'exclusive' || behavior === 'inclusive' ? behavior : 'unspecified'
}
