import type { Principal } from '../domain/principal.ts'
import { returnUrl, successUrl } from '../domain/return-url.ts'
import type { Stripe } from '../stripe/client.ts'

/** Stripe takes 30 minutes to 24 hours; the hour less leaves room for clocks that differ and for a repeated request. */
const OPEN_FOR_MS = 23 * 60 * 60_000

export interface ReturnPaths {
  successPath?: string | undefined
  cancelPath?: string | undefined
}

export interface ReturnUrls {
  success_url: string
  cancel_url: string
}

/**
 * Where Checkout sends the buyer: below FRONTEND_URL, whatever the client asks for.
 * @throws DomainError invalid_return_path
 */
export function returnUrls(frontendUrl: string, paths: ReturnPaths): ReturnUrls {
  return {
    success_url: successUrl(frontendUrl, paths.successPath ?? '/success'),
    cancel_url: returnUrl(frontendUrl, paths.cancelPath ?? '/pricing').href,
  }
}

/** When a session asked for at `startedAt` ends by itself. Explicit, so that a repeat of the request asks for the same. */
export function sessionExpiry(startedAt: Date): Date {
  return new Date(startedAt.getTime() + OPEN_FOR_MS)
}

interface SessionRequest {
  principal: Principal
  stripeCustomerId: string
  priceId: string
  urls: ReturnUrls
  expiresAt: Date
  /** Stands on the session and on what it creates. */
  metadata: Record<string, string>
}

/** A session of Stripe's hosted page (`ui_mode`'s default) for one subscription. Metadata of a session stays on it unless copied. */
export function subscriptionSession(request: SessionRequest): Stripe.Checkout.SessionCreateParams {
  return {
    ...sharedParameters(request),
    mode: 'subscription',
    subscription_data: { metadata: request.metadata },
  }
}

/** A session of Stripe's hosted page for one product. */
export function oneTimeSession(request: SessionRequest): Stripe.Checkout.SessionCreateParams {
  return {
    ...sharedParameters(request),
    mode: 'payment',
    payment_intent_data: { metadata: request.metadata },
  }
}

function sharedParameters(request: SessionRequest): Stripe.Checkout.SessionCreateParams {
  return {
    customer: request.stripeCustomerId,
    line_items: [{ price: request.priceId, quantity: 1 }],
    // Stripe takes 200 characters; the metadata carries the whole id.
    client_reference_id: request.principal.ownerId.slice(0, 200),
    metadata: request.metadata,
    ...request.urls,
    expires_at: Math.floor(request.expiresAt.getTime() / 1000),
  }
}
