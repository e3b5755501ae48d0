import type Stripe from 'stripe'
import type { Html } from '../markup.ts'
import { html } from '../markup.ts'
import { causeText } from './cause.ts'
import { eventBadge } from './delivery-state.ts'
import { eventView } from './event-view.ts'
import { filterBar } from './filters.ts'
import { mentions, objectById } from './find.ts'
import { inspectorPage } from './frame.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths, withQuery } from './inspector-paths.ts'
import { listOf, listView, panes, type Row } from './list.ts'
import { summaryOf } from './summary.ts'
import { shortTime } from './times.ts'

export interface EventsQuery {
  /** A type, or a group of them such as `invoice.*`. */
  type: string | null
  /** Id of an object that the event is about or names. */
  object: string | null
  before: string | null
}

export function eventsPage(
  inspection: Inspection,
  query: EventsQuery,
  open: Stripe.Event | null,
  done: string | null,
): Html {
  const { context, requests } = inspection
  const { store, clock } = context
  const kept = { type: query.type, object: query.object }
  const list = listOf(store.all('event'), {
    path: inspectorPaths.events,
    query: kept,
    before: query.before,
    fits: (event) => isOfType(event, query.type) && isAbout(event, query.object?.trim() ?? ''),
    row: (event): Row => ({
      id: event.id,
      href: withQuery(inspectorPaths.event(event.id), kept),
      main: event.type,
      sub: [aboutText(inspection, event), causeText(event, requests)],
      state: eventBadge([...store.where('delivery', 'event', event.id)]),
      time: shortTime(event.created * 1000, clock.nowMs()),
    }),
  })
  return inspectorPage(inspection, {
    title: open ? open.type : 'Events',
    section: 'events',
    body: html`${filterBar(inspectorPaths.events, 'Events', [
      {
        kind: 'select',
        name: 'type',
        label: 'Type',
        value: query.type,
        all: `All types (${store.count('event')})`,
        choices: typesOf(store.all('event')).map((type) => ({ value: type, label: type })),
      },
      {
        kind: 'text',
        name: 'object',
        label: 'Object',
        value: query.object,
        placeholder: 'Id of an object: cus_…',
      },
    ])}
${done ? html`<p class="done" role="status">${done}</p>` : null}
${panes(
  listView(list, { label: 'Events', current: open?.id ?? null, empty: 'No event fits.' }),
  open && eventView(inspection, open),
  { href: withQuery(inspectorPaths.events, kept), label: 'Events' },
)}`,
  })
}

function isOfType({ type }: Stripe.Event, wanted: string | null): boolean {
  if (wanted === null) return true
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}

function isAbout(event: Stripe.Event, id: string): boolean {
  return id === '' || mentions(event.data.object, id)
}

/** The types that there are, each group of several (`invoice.*`) before its members. */
function typesOf(events: Iterable<Stripe.Event>): string[] {
  const types = [...new Set([...events].map(({ type }) => type))].sort()
  const groups = Map.groupBy(types, (type) => `${type.split('.')[0]}.*`)
  return [...groups].flatMap(([group, members]) => (members.length > 1 ? [group, ...members] : members))
}

function aboutText({ context: { store } }: Inspection, event: Stripe.Event): string {
  const { id = '' } = event.data.object as { id?: string }
  const object = objectById(store, id)
  const label = object ? summaryOf(store, object).label : null
  return label ?? id
}
