import type Stripe from 'stripe'
import type { Past } from '../step.ts'

/** The only discount that acacia's single field had room for. */
export function firstDiscount(
  discounts: readonly (string | Stripe.Discount | Stripe.DeletedDiscount)[],
  past: Past,
): object | null {
  const [first] = discounts
  return typeof first === 'string' ? past.object('discount', first) : (first ?? null)
}
