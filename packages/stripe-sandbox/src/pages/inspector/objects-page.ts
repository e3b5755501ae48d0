import type { TableName } from '../../store/tables.ts'
import type { Html } from '../markup.ts'
import { html } from '../markup.ts'
import { filterBar } from './filters.ts'
import { allObjects, contains, objectTables, type StripeObject } from './find.ts'
import { inspectorPage } from './frame.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths, withQuery } from './inspector-paths.ts'
import { listOf, listView, panes, type Row } from './list.ts'
import { objectView } from './object-view.ts'
import { summaryOf } from './summary.ts'
import { shortTime } from './times.ts'

export interface ObjectsQuery {
  type: string | null
  /** Part of an id, an e-mail address or any other text of the object. */
  q: string | null
  before: string | null
}

/** Everything that Stripe would have, by type and by what stands in it. */
export function objectsPage(inspection: Inspection, query: ObjectsQuery, open: StripeObject | null): Html {
  const { store, clock } = inspection.context
  const tables = objectTables(store)
  const table: TableName | undefined = tables.find((each) => each.table === query.type)?.table
  const kept = { type: table ?? null, q: query.q }
  const letters = query.q?.trim().toLowerCase() ?? ''
  const list = listOf(allObjects(store, table), {
    path: inspectorPaths.objects,
    query: kept,
    before: query.before,
    fits: (object) => letters === '' || contains(object, letters),
    row: (object): Row => {
      const { label, amount, state } = summaryOf(store, object)
      return {
        id: object.id,
        href: withQuery(inspectorPaths.object(object.id), kept),
        main: label ?? object.id,
        sub: [object.object, html`<code>${object.id}</code>`],
        state: html`${amount === null ? null : html`<span class="amount">${amount}</span> `}${state}`,
        time: object.created === undefined ? null : shortTime(object.created * 1000, clock.nowMs()),
      }
    },
  })
  const total = tables.reduce((sum, { count }) => sum + count, 0)
  return inspectorPage(inspection, {
    title: open ? open.id : 'Objects',
    section: 'objects',
    body: html`${filterBar(inspectorPaths.objects, 'Objects', [
      {
        kind: 'select',
        name: 'type',
        label: 'Type',
        value: table ?? null,
        all: `All types (${total})`,
        choices: tables.map((each) => ({ value: each.table, label: `${each.table} (${each.count})` })),
      },
      {
        kind: 'text',
        name: 'q',
        label: 'Search',
        value: query.q,
        placeholder: 'Id, e-mail or any other text',
      },
    ])}
${panes(
  listView(list, { label: 'Objects', current: open?.id ?? null, empty: 'Nothing here fits.' }),
  open && objectView(inspection, open),
  { href: withQuery(inspectorPaths.objects, kept), label: 'Objects' },
)}`,
  })
}
