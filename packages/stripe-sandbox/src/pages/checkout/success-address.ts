import type Stripe from 'stripe'

/**
 * Where the browser goes after a success: `success_url` with the session's id for every literal `{CHECKOUT_SESSION_ID}`. Braces
 * that a URL builder encoded as `%7B` stay as they are, as at Stripe. Null: the session has no `success_url`.
 */
export function withSessionId(session: Stripe.Checkout.Session): string | null {
  return session.success_url?.replaceAll('{CHECKOUT_SESSION_ID}', session.id) ?? null
}
