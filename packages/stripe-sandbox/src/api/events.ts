import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { keptSeconds } from '../events/kept-seconds.ts'
import { pendingWebhooks } from '../events/pending-webhooks.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, parametersExclusive, resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

export const eventRoutes: readonly Route[] = [
  defineRoute<Stripe.EventListParams>({
    method: 'GET',
    path: '/v1/events',
    supports: ['created', 'created.*', 'delivery_success', 'type', 'types'],
    handle: listEvents,
  }),
  defineRoute<Stripe.EventRetrieveParams>({
    method: 'GET',
    path: '/v1/events/:id',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const event = existing(context, 'event', id)
      if (!isKept(context, event)) throw resourceMissing('event', id)
      return asNow(context, event)
    },
  }),
]

function listEvents(context: Context, parameters: Stripe.EventListParams): Stripe.ApiList<Stripe.Event> {
  const { type, types } = parameters
  if (type !== undefined && types !== undefined) throw parametersExclusive(['type', 'types'])
  if (types && types.length > 20) throw parameterInvalid('types', 'You can filter by at most 20 event types.')
  const hasType = typeFilter(type === undefined ? types : [type])
  const listed = page(context, 'event', {
    url: '/v1/events',
    parameters,
    filter: (event) =>
      isKept(context, event) &&
      hasType(event.type) &&
      inRange(event.created, parameters.created) &&
      (parameters.delivery_success === undefined ||
        parameters.delivery_success === (pendingWebhooks(context.store, event) === 0)),
  })
  return { ...listed, data: listed.data.map((event) => asNow(context, event)) }
}

/** What happened, and how far the news of it has come. */
function asNow(context: Context, event: Stripe.Event): Stripe.Event {
  return { ...event, pending_webhooks: pendingWebhooks(context.store, event) }
}

/** Names, or groups such as `customer.*`. */
function typeFilter(names: readonly string[] | undefined): (type: string) => boolean {
  if (!names) return () => true
  const exact = new Set(names)
  const prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))
  return (type) => exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix))
}

function isKept(context: Context, event: Stripe.Event): boolean {
  return event.created > context.clock.now() - keptSeconds
}
