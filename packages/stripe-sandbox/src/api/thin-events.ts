import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { keptSeconds } from '../events/kept-seconds.ts'
import type { ThinEvent } from '../thin/thin-event.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notFound } from '../wire/error-catalogue.ts'
import { type ListByUrl, pageByUrl } from '../wire/page-by-url.ts'
import type { Route } from '../wire/route.ts'

const path = '/v2/core/events'

/** Events of API v2: those that a destination listened to. */
export const thinEventRoutes: readonly Route[] = [
  defineRoute<Stripe.V2.Core.EventListParams & { page?: string }>({
    method: 'GET',
    path,
    supports: ['object_id', 'page', 'types'],
    handle: list,
  }),
  defineRoute<Stripe.V2.Core.EventRetrieveParams>({
    method: 'GET',
    path: `${path}/:id`,
    supports: [],
    handle: (context, _, { id = '' }) => {
      const event = context.store.get('v2.core.event', id)
      if (!event || !isKept(context, event)) throw notFound('event', id)
      return event
    },
  }),
]

function list(
  context: Context,
  parameters: Stripe.V2.Core.EventListParams & { page?: string },
): ListByUrl<ThinEvent> {
  const { object_id: objectId, types } = parameters
  const found = [...context.store.all('v2.core.event')].filter(
    (event) =>
      isKept(context, event) &&
      (objectId === undefined || event.related_object?.id === objectId) &&
      (types === undefined || types.includes(event.type)),
  )
  return pageByUrl(found, parameters, path, [
    ...(objectId === undefined ? [] : [['object_id', objectId] as const]),
    ...(types ?? []).map((type) => ['types[]', type] as const),
  ])
}

function isKept({ clock }: Context, { created }: ThinEvent): boolean {
  return Date.parse(created) / 1000 > clock.now() - keptSeconds
}
