import type Stripe from 'stripe'

/** A postal address as the lines of an envelope; none of an address that says nothing. */
export function addressLines(address: Stripe.Address | null): string[] {
  if (address === null) return []
  const { line1, line2, city, state, postal_code: postalCode, country } = address
  const place = [city, [state, postalCode].filter((part) => part).join(' ')].filter((part) => part).join(', ')
  return [line1, line2, place, country].flatMap((line) => (line ? [line] : []))
}
