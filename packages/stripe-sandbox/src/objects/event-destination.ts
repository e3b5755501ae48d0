import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

export interface EventDestinationInput {
  name: string
  description: string
  enabledEvents: readonly string[]
  payload: Stripe.V2.Core.EventDestination.EventPayload
  /** For snapshots only: null leaves it to the account's default. */
  snapshotApiVersion: string | null
  metadata: Stripe.Metadata
  url: string
  /** Unix milliseconds. */
  createdMs: number
}

/** A new enabled destination that posts to a URL, with its signing secret: answers leave that out unless asked. */
export function buildEventDestination(
  ids: Ids,
  input: EventDestinationInput,
): Stripe.V2.Core.EventDestination {
  const created = new Date(input.createdMs).toISOString()
  return {
    id: ids.newId('ed_test_'),
    object: 'v2.core.event_destination',
    created,
    description: input.description,
    enabled_events: [...input.enabledEvents],
    event_payload: input.payload,
    events_from: ['@self'],
    livemode: false,
    metadata: input.metadata,
    name: input.name,
    ...(input.snapshotApiVersion === null ? {} : { snapshot_api_version: input.snapshotApiVersion }),
    status: 'enabled',
    type: 'webhook_endpoint',
    updated: created,
    webhook_endpoint: { signing_secret: ids.newId('whsec_'), url: input.url },
  }
}
