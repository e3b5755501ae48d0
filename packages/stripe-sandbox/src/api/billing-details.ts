import type Stripe from 'stripe'
import { buildAddress } from '../objects/address.ts'

/** Billing details as they were given; what was left out stays out. */
export function detailsOf(
  parameters: Stripe.PaymentMethodCreateParams.BillingDetails | undefined,
): Partial<Stripe.PaymentMethod.BillingDetails> {
  if (parameters === undefined) return {}
  const { address, ...named } = parameters
  const details: Partial<Stripe.PaymentMethod.BillingDetails> = {}
  if (address !== undefined)
    details.address = address === '' || address === null ? null : buildAddress(address)
  for (const field of ['email', 'name', 'phone', 'tax_id'] as const) {
    const value = named[field]
    if (value !== undefined) details[field] = value === '' ? null : value
  }
  return details
}
