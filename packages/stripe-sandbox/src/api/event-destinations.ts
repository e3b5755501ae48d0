import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildEventDestination } from '../objects/event-destination.ts'
import { ping } from '../thin/ping.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notFound, parameterMissing } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { pageByUrl } from '../wire/page-by-url.ts'
import type { Route } from '../wire/route.ts'
import { checkDestination, checkEventTypes } from './check-event-destination.ts'
import { checkRoomForEndpoint } from './check-room-for-endpoint.ts'
import { checkedUrl } from './checked-url.ts'
import { forgetUndelivered } from './forget-undelivered.ts'

type Destination = Stripe.V2.Core.EventDestination

const path = '/v2/core/event_destinations'
const changeable = ['description', 'enabled_events', 'include', 'metadata.*', 'name', 'webhook_endpoint.url']

/** Event destinations of API v2: thin events, or snapshots, to a URL. */
export const eventDestinationRoutes: readonly Route[] = [
  defineRoute<Stripe.V2.Core.EventDestinationCreateParams>({
    method: 'POST',
    path,
    supports: [...changeable, 'event_payload', 'events_from', 'snapshot_api_version', 'type'],
    handle: create,
  }),
  defineRoute<Stripe.V2.Core.EventDestinationListParams & { page?: string }>({
    method: 'GET',
    path,
    supports: ['include', 'page'],
    handle: ({ store }, parameters) => {
      const { include } = parameters
      const query = (include ?? []).map((each) => ['include[]', each] as const)
      const listed = pageByUrl([...store.all('v2.core.event_destination')], parameters, path, query)
      return { ...listed, data: listed.data.map((each) => shown(each, include)) }
    },
  }),
  defineRoute<Stripe.V2.Core.EventDestinationRetrieveParams>({
    method: 'GET',
    path: `${path}/:id`,
    supports: ['include'],
    handle: (context, { include }, { id = '' }) => shown(destination(context, id), include),
  }),
  defineRoute<Stripe.V2.Core.EventDestinationUpdateParams>({
    method: 'POST',
    path: `${path}/:id`,
    supports: changeable,
    handle: (context, parameters, { id = '' }) => update(context, parameters, destination(context, id)),
  }),
  defineRoute<Stripe.V2.Core.EventDestinationDeleteParams>({
    method: 'DELETE',
    path: `${path}/:id`,
    supports: [],
    handle: (context, _, { id = '' }): Stripe.V2.DeletedObject => {
      const { object } = destination(context, id)
      context.store.delete('v2.core.event_destination', id)
      forgetUndelivered(context, id)
      return { id, object }
    },
  }),
  defineRoute<Stripe.V2.Core.EventDestinationDisableParams>({
    method: 'POST',
    path: `${path}/:id/disable`,
    supports: [],
    handle: (context, _, { id = '' }) =>
      saved(context, {
        ...destination(context, id),
        status: 'disabled',
        status_details: { disabled: { reason: 'user' } },
      }),
  }),
  defineRoute<Stripe.V2.Core.EventDestinationEnableParams>({
    method: 'POST',
    path: `${path}/:id/enable`,
    supports: [],
    handle: (context, _, { id = '' }) => {
      const { status_details: _reason, ...before } = destination(context, id)
      return saved(context, { ...before, status: 'enabled' })
    },
  }),
  defineRoute<Stripe.V2.Core.EventDestinationPingParams>({
    method: 'POST',
    path: `${path}/:id/ping`,
    supports: [],
    handle: (context, _, { id = '' }) => ping(context, destination(context, id)),
  }),
]

function create(context: Context, parameters: Stripe.V2.Core.EventDestinationCreateParams): Destination {
  checkRoomForEndpoint(context)
  checkDestination(parameters)
  const { webhook_endpoint: webhook } = parameters
  if (webhook === undefined) throw parameterMissing('webhook_endpoint')
  const created = buildEventDestination(context.ids, {
    name: parameters.name,
    description: parameters.description ?? '',
    enabledEvents: parameters.enabled_events,
    payload: parameters.event_payload,
    snapshotApiVersion: parameters.snapshot_api_version ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    url: checkedUrl(webhook.url, 'webhook_endpoint.url'),
    createdMs: context.clock.nowMs(),
  })
  context.store.put('v2.core.event_destination', created)
  return shown(created, parameters.include)
}

function update(
  context: Context,
  parameters: Stripe.V2.Core.EventDestinationUpdateParams,
  before: Destination,
): Destination {
  const { description, enabled_events: enabledEvents, name, webhook_endpoint: webhook } = parameters
  if (enabledEvents) checkEventTypes(enabledEvents, before.event_payload)
  const changed = {
    ...before,
    description: description ?? before.description,
    enabled_events: enabledEvents ?? before.enabled_events,
    metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata),
    name: name ?? before.name,
    webhook_endpoint: {
      ...before.webhook_endpoint,
      ...(webhook ? { url: checkedUrl(webhook.url, 'webhook_endpoint.url') } : {}),
    },
  }
  return saved(context, changed, parameters.include)
}

function saved({ store, clock }: Context, changed: Destination, include?: readonly string[]): Destination {
  const after = { ...changed, updated: new Date(clock.nowMs()).toISOString() }
  store.put('v2.core.event_destination', after)
  return shown(after, include)
}

function destination({ store }: Context, id: string): Destination {
  const found = store.get('v2.core.event_destination', id)
  if (!found) throw notFound('event destination', id)
  return found
}

/** The URL is shown where it is asked for, the secret only in the answer to the creation. */
function shown(whole: Destination, include: readonly string[] = []): Destination {
  const { webhook_endpoint: webhook, ...others } = whole
  const asked = Object.entries(webhook ?? {}).filter(([key]) => include.includes(`webhook_endpoint.${key}`))
  return { ...others, webhook_endpoint: Object.fromEntries(asked) }
}
