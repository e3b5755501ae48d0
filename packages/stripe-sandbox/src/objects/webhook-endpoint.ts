import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

export interface WebhookEndpointInput {
  url: string
  enabledEvents: readonly string[]
  created: number
  secret?: string | undefined
  apiVersion?: string | undefined
}

/** A new enabled endpoint, with its signing secret: the create answer shows it, later ones do not. */
export function buildWebhookEndpoint(ids: Ids, input: WebhookEndpointInput): Stripe.WebhookEndpoint {
  return {
    id: ids.newId('we_'),
    object: 'webhook_endpoint',
    api_version: input.apiVersion ?? null,
    application: null,
    created: input.created,
    description: null,
    enabled_events: [...input.enabledEvents],
    livemode: false,
    metadata: {},
    secret: input.secret ?? ids.newId('whsec_'),
    status: 'enabled',
    url: input.url,
  }
}
