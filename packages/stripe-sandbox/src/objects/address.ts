import type Stripe from 'stripe'

/** An address as Stripe answers it: every field there, null where nothing was said. */
export function buildAddress(parameter: Stripe.AddressParam): Stripe.Address {
  return {
    city: parameter.city ?? null,
    country: parameter.country ?? null,
    line1: parameter.line1 ?? null,
    line2: parameter.line2 ?? null,
    postal_code: parameter.postal_code ?? null,
    state: parameter.state ?? null,
  }
}
