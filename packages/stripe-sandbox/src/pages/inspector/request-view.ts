import type { ApiCall } from '../../wire/api-call.ts'
import { StripeApiError } from '../../wire/errors.ts'
import { decodeForm } from '../../wire/form.ts'
import { badge } from '../badge.ts'
import { type Html, html } from '../markup.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths } from './inspector-paths.ts'
import { jsonView } from './json-view.ts'
import { linkTo } from './links.ts'
import { durationText, fullTime } from './times.ts'

/** One request: what was asked, what was answered, and the events that came of it. */
export function requestView({ context, requests }: Inspection, call: ApiCall): Html {
  const { store } = context
  const linkOf = (text: string) => (text === call.requestId ? null : linkTo(text, store, requests))
  const events = [...store.all('event')].filter((event) => event.request?.id === call.requestId).reverse()
  const parameters = parametersOf(call)
  return html`<article aria-labelledby="detail-title">
<header class="detail-head"><p class="eyebrow">Request ${statusBadge(call.status)}${call.isReplay ? html` ${badge('replayed', 'plain')}` : null}</p>
<h2 id="detail-title"><span class="method">${call.method}</span> ${call.path}</h2></header>
<dl class="facts">
<div><dt>Id</dt><dd><code>${call.requestId}</code></dd></div>
<div><dt>Came</dt><dd>${fullTime(call.atMs)} UTC, answered in ${durationText(call.tookMs)}</dd></div>
${call.idempotencyKey === null ? null : html`<div><dt>Idempotency key</dt><dd><code>${call.idempotencyKey}</code></dd></div>`}
${call.userAgent === null ? null : html`<div><dt>From</dt><dd>${call.userAgent}</dd></div>`}
<div><dt>API version</dt><dd>${call.apiVersion}</dd></div>
</dl>
<section aria-labelledby="parameters-title"><h3 id="parameters-title">Parameters</h3>${
    Object.keys(parameters).length === 0 ? html`<p class="empty">None.</p>` : jsonView(parameters, { linkOf })
  }</section>
<section aria-labelledby="came-of-it"><h3 id="came-of-it">Events</h3>${
    events.length === 0
      ? html`<p class="empty">None.</p>`
      : html`<ul class="links">${events.map(
          ({ id, type }) => html`<li><a href="${inspectorPaths.event(id)}"><code>${type}</code></a></li>`,
        )}</ul>`
  }</section>
<section aria-labelledby="answer-title"><h3 id="answer-title">Answer <button type="button" class="link-button" data-copy="#answer" hidden>Copy</button></h3>
<div id="answer">${jsonView(JSON.parse(call.answer) as unknown, { linkOf })}</div></section>
</article>`
}

export function statusBadge(status: number): Html {
  if (status < 300) return badge(String(status), 'good')
  return badge(String(status), status < 500 ? 'warn' : 'bad')
}

/** What was sent, as far as it can be read; a form that is none is shown as its text. */
function parametersOf({ query, body }: ApiCall): object {
  try {
    return { ...decodeForm(query), ...decodeForm(body) }
  } catch (error) {
    if (!(error instanceof StripeApiError)) throw error
    return { unreadable: `${query}${body}`.slice(0, 2000) }
  }
}
