import type Stripe from 'stripe'
import type { PortalView } from '../../billing/portal.ts'
import { brandName } from '../card-brand.ts'

/** `Visa •••• 4242`: the card that pays for a subscription; null when none does. */
export function cardOf(
  { paymentMethods, defaultPaymentMethod }: PortalView,
  subscription: Stripe.Subscription,
): string | null {
  const own = subscription.default_payment_method
  const id = (typeof own === 'string' ? own : own?.id) ?? defaultPaymentMethod
  const card = paymentMethods.find((method) => method.id === id)?.card
  return card ? `${brandName(card.brand)} •••• ${card.last4}` : null
}
