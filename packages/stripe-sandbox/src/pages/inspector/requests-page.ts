import type { ApiCall } from '../../wire/api-call.ts'
import { type Html, html } from '../markup.ts'
import { filterBar } from './filters.ts'
import { inspectorPage } from './frame.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths, withQuery } from './inspector-paths.ts'
import { listOf, listView, panes, type Row } from './list.ts'
import { requestView, statusBadge } from './request-view.ts'
import { durationText, shortTime } from './times.ts'

export interface RequestsQuery {
  method: string | null
  status: string | null
  /** Part of the path, the parameters, the answer, the idempotency key or the id. */
  q: string | null
  before: string | null
}

/** What was asked of the API, newest first, as far back as the log goes. */
export function requestsPage(inspection: Inspection, query: RequestsQuery, open: ApiCall | null): Html {
  const { requests, wallClock } = inspection
  const kept = { method: query.method, status: query.status, q: query.q }
  const logged = requests.newestFirst().map((call) => ({ ...call, id: call.requestId }))
  const list = listOf(logged, {
    path: inspectorPaths.requests,
    query: kept,
    before: query.before,
    fits: (call) => fits(call, query),
    row: (call): Row => ({
      id: call.requestId,
      href: withQuery(inspectorPaths.request(call.requestId), kept),
      main: html`<span class="method">${call.method}</span> ${call.path}`,
      sub: [errorText(call) || (call.idempotencyKey ?? ''), `${durationText(call.tookMs)}`],
      state: statusBadge(call.status),
      time: shortTime(call.atMs, wallClock.nowMs()),
    }),
  })
  return inspectorPage(inspection, {
    title: open ? `${open.method} ${open.path}` : 'Requests',
    section: 'requests',
    body: html`${filterBar(inspectorPaths.requests, 'Requests', [
      {
        kind: 'select',
        name: 'method',
        label: 'Method',
        value: query.method,
        all: 'All methods',
        choices: ['GET', 'POST', 'DELETE'].map((method) => ({ value: method, label: method })),
      },
      {
        kind: 'select',
        name: 'status',
        label: 'Status',
        value: query.status,
        all: 'All answers',
        choices: [
          { value: 'good', label: 'Succeeded' },
          { value: 'bad', label: 'Refused or failed' },
        ],
      },
      { kind: 'text', name: 'q', label: 'Search', value: query.q, placeholder: 'Path, parameter, key or id' },
    ])}
${panes(
  listView(list, {
    label: 'Requests',
    current: open?.requestId ?? null,
    empty: requests.seen === 0 ? 'Nobody has called the API yet.' : 'No request fits.',
  }),
  open && requestView(inspection, open),
  { href: withQuery(inspectorPaths.requests, kept), label: 'Requests' },
)}`,
  })
}

function fits(call: ApiCall, { method, status, q }: RequestsQuery): boolean {
  if (method !== null && call.method !== method) return false
  if (status !== null && call.status < 400 !== (status === 'good')) return false
  const letters = q?.trim().toLowerCase() ?? ''
  const { path, query, body, answer, idempotencyKey, requestId } = call
  return [path, query, body, answer, idempotencyKey ?? '', requestId].some((text) =>
    text.toLowerCase().includes(letters),
  )
}

/** What was wrong, if something was. */
function errorText(call: ApiCall): string {
  if (call.status < 400) return ''
  // An answer that is no success is Stripe's error envelope.
  const { error } = JSON.parse(call.answer) as { error?: { message?: string } }
  return error?.message ?? ''
}
