import type Stripe from 'stripe'
import { parametersExclusive } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'

type Given<N extends string> = { [K in N]?: number } & { [K in `${N}_decimal`]?: Stripe.Decimal }

/**
 * An amount in minor units that may be given as a whole number or, beside its name, as `…_decimal`; as text. Null: neither.
 * @throws StripeApiError for both, and for a negative one.
 */
export function decimalOf<N extends 'unit_amount' | 'flat_amount'>(
  parameters: Given<N>,
  name: N,
  at: (param: string) => string,
): string | null {
  const whole: number | undefined = parameters[name]
  const decimal: Stripe.Decimal | undefined = parameters[`${name}_decimal`]
  if (whole !== undefined && decimal !== undefined) {
    throw parametersExclusive([at(name), at(`${name}_decimal`)])
  }
  if (whole === undefined && decimal === undefined) return null
  const text = String(whole ?? decimal)
  if (!text.startsWith('-')) return text
  throw new StripeApiError('Invalid non-negative integer', {
    code: 'parameter_invalid_integer',
    param: at(whole === undefined ? `${name}_decimal` : name),
    isRemembered: false,
  })
}
