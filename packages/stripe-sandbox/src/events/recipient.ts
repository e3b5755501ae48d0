import type Stripe from 'stripe'
import type { Store } from '../store/store.ts'

/** Whoever events are delivered to: a webhook endpoint of API v1 or an event destination of API v2. */
export interface Recipient {
  id: string
  url: string
  /** Its present signing secret. */
  secret: string
  isEnabled: boolean
  /** Names of event types, or `*`. */
  enabledEvents: readonly string[]
  payload: 'snapshot' | 'thin'
  /** The API version that its snapshots are rendered in; null for the account's. */
  apiVersion: string | null
}

/** Everybody whom events of the account may go to, newest first. */
export function recipients(store: Store): Recipient[] {
  return [
    ...Array.from(store.all('webhook_endpoint'), ofEndpoint),
    ...Array.from(store.all('v2.core.event_destination'), ofDestination),
  ]
}

export function recipient(store: Store, id: string): Recipient | undefined {
  const endpoint = store.get('webhook_endpoint', id)
  if (endpoint) return ofEndpoint(endpoint)
  const destination = store.get('v2.core.event_destination', id)
  return destination && ofDestination(destination)
}

/** Whether a recipient takes part in deliveries of a type: enabled, and listed by name or through `*`. */
export function listensTo(to: Recipient, type: string): boolean {
  return to.isEnabled && to.enabledEvents.some((name) => name === '*' || name === type)
}

function ofEndpoint(endpoint: Stripe.WebhookEndpoint): Recipient {
  return {
    id: endpoint.id,
    url: endpoint.url,
    secret: endpoint.secret ?? '',
    isEnabled: endpoint.status === 'enabled',
    enabledEvents: endpoint.enabled_events,
    payload: 'snapshot',
    apiVersion: endpoint.api_version,
  }
}

function ofDestination(destination: Stripe.V2.Core.EventDestination): Recipient {
  return {
    id: destination.id,
    url: destination.webhook_endpoint?.url ?? '',
    secret: destination.webhook_endpoint?.signing_secret ?? '',
    isEnabled: destination.status === 'enabled',
    enabledEvents: destination.enabled_events,
    payload: destination.event_payload,
    apiVersion: destination.snapshot_api_version ?? null,
  }
}
