import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildWebhookEndpoint } from '../objects/webhook-endpoint.ts'
import { isKnownVersion } from '../versions/api-version.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkRoomForEndpoint } from './check-room-for-endpoint.ts'
import { checkedUrl } from './checked-url.ts'
import { forgetUndelivered } from './forget-undelivered.ts'

export const webhookEndpointRoutes: readonly Route[] = [
  defineRoute<Stripe.WebhookEndpointCreateParams>({
    method: 'POST',
    path: '/v1/webhook_endpoints',
    supports: ['api_version', 'description', 'enabled_events', 'metadata.*', 'url'],
    handle: createWebhookEndpoint,
  }),
  defineRoute<Stripe.WebhookEndpointListParams>({
    method: 'GET',
    path: '/v1/webhook_endpoints',
    supports: [],
    handle: (context, parameters) => {
      const listed = page(context, 'webhook_endpoint', { url: '/v1/webhook_endpoints', parameters })
      return { ...listed, data: listed.data.map(withoutSecret) }
    },
  }),
  defineRoute<Stripe.WebhookEndpointRetrieveParams>({
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    supports: [],
    handle: (context, _, { id = '' }) => withoutSecret(existing(context, 'webhook_endpoint', id)),
  }),
  defineRoute<Stripe.WebhookEndpointUpdateParams>({
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    supports: ['description', 'disabled', 'enabled_events', 'metadata.*', 'url'],
    handle: updateWebhookEndpoint,
  }),
  defineRoute<Stripe.WebhookEndpointDeleteParams>({
    method: 'DELETE',
    path: '/v1/webhook_endpoints/:id',
    supports: [],
    handle: (context, _, { id = '' }): Stripe.DeletedWebhookEndpoint => {
      existing(context, 'webhook_endpoint', id)
      context.store.delete('webhook_endpoint', id)
      forgetUndelivered(context, id)
      return { id, object: 'webhook_endpoint', deleted: true }
    },
  }),
]

function createWebhookEndpoint(
  context: Context,
  parameters: Stripe.WebhookEndpointCreateParams,
): Stripe.WebhookEndpoint {
  checkRoomForEndpoint(context)
  if (parameters.api_version !== undefined && !isKnownVersion(parameters.api_version)) {
    throw notSupportedYet(`Rendering events at API version ${parameters.api_version}`, 'api_version')
  }
  checkListening(parameters.enabled_events)
  const endpoint: Stripe.WebhookEndpoint = {
    ...buildWebhookEndpoint(context.ids, {
      url: checkedUrl(parameters.url, 'url'),
      enabledEvents: parameters.enabled_events,
      created: context.clock.now(),
      apiVersion: parameters.api_version,
    }),
    description: orKept(parameters.description, null),
    metadata: mergedMetadata({}, parameters.metadata),
  }
  context.store.put('webhook_endpoint', endpoint)
  return endpoint
}

function updateWebhookEndpoint(
  context: Context,
  parameters: Stripe.WebhookEndpointUpdateParams,
  { id = '' }: Record<string, string>,
): Stripe.WebhookEndpoint {
  const endpoint = existing(context, 'webhook_endpoint', id)
  checkListening(parameters.enabled_events)
  const disabled = parameters.disabled ?? endpoint.status === 'disabled'
  const changed: Stripe.WebhookEndpoint = {
    ...endpoint,
    description: orKept(parameters.description, endpoint.description),
    enabled_events: parameters.enabled_events ?? endpoint.enabled_events,
    metadata: mergedMetadata(endpoint.metadata, parameters.metadata),
    status: disabled ? 'disabled' : 'enabled',
    url: parameters.url === undefined ? endpoint.url : checkedUrl(parameters.url, 'url'),
  }
  context.store.put('webhook_endpoint', changed)
  return withoutSecret(changed)
}

function checkListening(types: readonly string[] | undefined): void {
  if (types?.length !== 0) return
  throw parameterInvalid('enabled_events', 'Invalid array: enabled_events must name at least one event type.')
}

/** The signing secret is shown once, in the answer to its creation. */
function withoutSecret({ secret: _, ...shown }: Stripe.WebhookEndpoint): Stripe.WebhookEndpoint {
  return shown
}
