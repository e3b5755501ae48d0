import type Stripe from 'stripe'
import { type Html, html } from '../markup.ts'
import { causeView } from './cause.ts'
import { changesOf } from './changes.ts'
import { changesTable } from './changes-table.ts'
import { deliverySection } from './delivery-section.ts'
import { eventBadge } from './delivery-state.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths } from './inspector-paths.ts'
import { jsonView } from './json-view.ts'
import { linkTo } from './links.ts'
import { fullTime } from './times.ts'

/** One event: what it is about, what changed, who caused it, how it was delivered, and its payload. */
export function eventView(inspection: Inspection, event: Stripe.Event): Html {
  const { context, requests } = inspection
  const changes = changesOf(event)
  const { id } = event.data.object as { id?: string }
  const link = id === undefined ? null : linkTo(id, context.store, requests)
  return html`<article aria-labelledby="detail-title">
<header class="detail-head"><p class="eyebrow">Event ${eventBadge([...context.store.where('delivery', 'event', event.id)])}</p>
<h2 id="detail-title">${event.type}</h2></header>
<dl class="facts">
<div><dt>Id</dt><dd><code>${event.id}</code></dd></div>
<div><dt>Created</dt><dd>${fullTime(event.created * 1000)} UTC</dd></div>
<div><dt>About</dt><dd>${link ? html`<a href="${link}"><code>${id}</code></a>` : html`<code>${id ?? 'nothing with an id'}</code>`}</dd></div>
<div><dt>Caused by</dt><dd>${causeView(event, requests)}</dd></div>
${event.request?.idempotency_key ? html`<div><dt>Idempotency key</dt><dd><code>${event.request.idempotency_key}</code></dd></div>` : null}
</dl>
${changesTable(changes)}
${deliverySection(inspection, event)}
<section aria-labelledby="payload-title"><h3 id="payload-title">Payload <button type="button" class="link-button" data-copy="#payload" hidden>Copy</button></h3>
<div id="payload">${jsonView(event, {
    linkOf: (text) => (text === event.id ? null : linkTo(text, context.store, requests)),
    changed: new Set(
      changes.flatMap(({ path }) => [`data.object.${path}`, `data.previous_attributes.${path}`]),
    ),
  })}</div></section>
<p class="muted"><a href="${inspectorPaths.events}?object=${id ?? ''}">All events about ${id ?? 'it'}</a></p>
</article>`
}
