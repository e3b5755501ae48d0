import type Stripe from 'stripe'

/** Whether an endpoint takes part in deliveries of a type: enabled, and listed by name or through `*`. */
export function listensTo(endpoint: Stripe.WebhookEndpoint, type: string): boolean {
  return (
    endpoint.status === 'enabled' && endpoint.enabled_events.some((name) => name === '*' || name === type)
  )
}
