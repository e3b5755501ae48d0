import type { Delivery } from '../../events/delivery.ts'
import { type Html, html } from '../markup.ts'
import { deliveryBadge, deliveryState, deliveryStates } from './delivery-state.ts'
import { filterBar } from './filters.ts'
import { inspectorPage } from './frame.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths } from './inspector-paths.ts'
import { listOf, listView, panes, type Row } from './list.ts'
import { momentText, shortTime } from './times.ts'

export interface DeliveriesQuery {
  state: string | null
  /** Id of an endpoint. */
  endpoint: string | null
  before: string | null
}

/** Every series of attempts at every endpoint; a row leads to its event, where each attempt stands. */
export function deliveriesPage(inspection: Inspection, query: DeliveriesQuery): Html {
  const { store } = inspection.context
  const endpoints = [...store.all('webhook_endpoint')]
  const list = listOf(store.all('delivery'), {
    path: inspectorPaths.deliveries,
    query: { state: query.state, endpoint: query.endpoint },
    before: query.before,
    fits: (delivery) =>
      (query.state === null || deliveryState(delivery) === query.state) &&
      (query.endpoint === null || delivery.endpointId === query.endpoint),
    row: (delivery) => rowOf(inspection, delivery),
  })
  return inspectorPage(inspection, {
    title: 'Deliveries',
    section: 'deliveries',
    body: html`${filterBar(inspectorPaths.deliveries, 'Deliveries', [
      {
        kind: 'select',
        name: 'state',
        label: 'State',
        value: query.state,
        all: `All states (${store.count('delivery')})`,
        choices: deliveryStates.map((state) => ({ value: state, label: state })),
      },
      {
        kind: 'select',
        name: 'endpoint',
        label: 'Endpoint',
        value: query.endpoint,
        all: 'All endpoints',
        choices: endpoints.map(({ id, url }) => ({ value: id, label: url })),
      },
    ])}
${panes(
  listView(list, {
    label: 'Deliveries',
    current: null,
    empty:
      endpoints.length === 0
        ? html`There is no webhook endpoint. Start the sandbox with <code>--webhook-url</code>, or create one through the API.`
        : 'No delivery fits.',
  }),
  null,
  { href: inspectorPaths.deliveries, label: 'Deliveries' },
)}`,
  })
}

function rowOf({ context: { store }, wallClock }: Inspection, delivery: Delivery): Row {
  const { attempts, nextAttemptAtMs } = delivery
  const last = attempts.at(-1)
  const parts = [
    attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`,
    last && (last.status === null ? last.error : `answered ${last.status}`),
    nextAttemptAtMs !== null && attempts.length > 0 ? `next ${momentText(nextAttemptAtMs)}` : null,
  ]
  return {
    id: delivery.id,
    href: `${inspectorPaths.event(delivery.eventId)}#${delivery.id}`,
    main: store.get('event', delivery.eventId)?.type ?? delivery.eventId,
    sub: [
      store.get('webhook_endpoint', delivery.endpointId)?.url ?? delivery.endpointId,
      parts.filter((part) => part !== null && part !== undefined).join(', '),
    ],
    state: deliveryBadge(deliveryState(delivery)),
    time: last ? shortTime(last.at * 1000, wallClock.nowMs()) : null,
  }
}
