import type { Stripe } from '../stripe/client.ts'

/** Where to send the buyer. */
export interface Checkout {
  url: string
  sessionId: string
}

/** A session has an address for as long as it is open. */
export function checkoutOf(session: Stripe.Checkout.Session): Checkout {
  if (!session.url) throw new Error(`Stripe answered the open session ${session.id} without an address`)
  return { url: session.url, sessionId: session.id }
}
