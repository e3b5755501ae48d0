import type Stripe from 'stripe'

/**
 * A decimal field as it travels: a JSON string such as `"0.5"`. The SDK's types name what its client makes of the string
 * after parsing (`Stripe.Decimal`); the sandbox holds wire values, so this is the one place where the two meet.
 */
export function wireDecimal(value: string | number): Stripe.Decimal {
  return String(value) as unknown as Stripe.Decimal
}
