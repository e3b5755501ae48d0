import type Stripe from 'stripe'
import { notSupportedYet } from '../../wire/error-catalogue.ts'
import { exactMinor, roundedMinor } from '../decimal-amount.ts'

/** What units of a metered price cost together, in minor units: counted exactly, rounded once. */
export function usageAmountMinor(price: Stripe.Price, quantity: number): number {
  if (
    price.billing_scheme !== 'per_unit' ||
    price.unit_amount_decimal === null ||
    price.transform_quantity !== null
  ) {
    throw notSupportedYet(`Billing usage by price '${price.id}' (tiers or transformed quantities)`)
  }
  return roundedMinor(exactMinor(String(price.unit_amount_decimal)) * BigInt(quantity))
}

/** Minor units, with their fraction. */
export function unitAmountOf(price: Stripe.Price): number {
  return price.unit_amount ?? Number(price.unit_amount_decimal ?? 0)
}
