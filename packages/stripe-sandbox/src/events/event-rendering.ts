import type Stripe from 'stripe'

/** An event in the shape of an API version other than the account's, as it was when the event was made. */
export interface EventRendering {
  id: string
  eventId: string
  event: Stripe.Event
}

export function renderingId(eventId: string, apiVersion: string): string {
  return `${eventId}/${apiVersion}`
}
