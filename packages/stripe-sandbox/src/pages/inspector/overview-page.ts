import { connectSection } from '../connect-section.ts'
import { type Html, html } from '../markup.ts'
import { testCardList } from '../test-card-list.ts'
import { controlsSection } from './control.ts'
import { eventBadge } from './delivery-state.ts'
import { objectTables } from './find.ts'
import { inspectorPage } from './frame.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths, withQuery } from './inspector-paths.ts'
import { statusBadge } from './request-view.ts'
import { shortTime } from './times.ts'

/** How many of the newest events and requests the overview shows. */
const mostShown = 8

/** What happens now, what can be changed, and how to talk to the sandbox. */
export function overviewPage(
  inspection: Inspection,
  said: { done: string } | { problem: string } | null,
): Html {
  const { context, controls } = inspection
  return inspectorPage(inspection, {
    title: 'Overview',
    section: 'overview',
    body: html`<header class="bar"><h1>A local Stripe</h1></header>
<div class="overview">
${said === null ? null : 'done' in said ? html`<p class="done" role="status">${said.done}</p>` : html`<p class="problem" role="alert">${said.problem}</p>`}
<div class="columns" id="now" data-live>${eventsPanel(inspection)}${requestsPanel(inspection)}</div>
${controlsSection(controls)}
${objectsPanel(inspection)}
<div class="columns">
<section class="panel" aria-labelledby="connect-title"><h2 id="connect-title">Talk to it</h2>${connectSection(context.origin)}</section>
<section class="panel">${testCardList()}</section>
</div></div>`,
  })
}

function eventsPanel({ context: { store, clock } }: Inspection): Html {
  const events = [...store.all('event')].slice(0, mostShown)
  return html`<section class="panel" aria-labelledby="events-title"><h2 id="events-title"><a href="${inspectorPaths.events}">Events</a></h2>
${
  events.length === 0
    ? html`<p class="empty">None yet. They come with the first change.</p>`
    : html`<ul class="links">${events.map(
        (event) =>
          html`<li><a id="event-${event.id}" href="${inspectorPaths.event(event.id)}"><code>${event.type}</code></a> <span class="end">${eventBadge([...store.where('delivery', 'event', event.id)])} ${shortTime(event.created * 1000, clock.nowMs())}</span></li>`,
      )}</ul>`
}</section>`
}

function requestsPanel({ requests, wallClock }: Inspection): Html {
  const newest = requests.newestFirst().slice(0, mostShown)
  return html`<section class="panel" aria-labelledby="requests-title"><h2 id="requests-title"><a href="${inspectorPaths.requests}">Requests</a></h2>
${
  newest.length === 0
    ? html`<p class="empty">Nobody has called the API yet.</p>`
    : html`<ul class="links">${newest.map(
        ({ requestId, method, path, status, atMs }) =>
          html`<li><a id="request-${requestId}" href="${inspectorPaths.request(requestId)}"><code><span class="method">${method}</span> ${path}</code></a> <span class="end">${statusBadge(status)} ${shortTime(atMs, wallClock.nowMs())}</span></li>`,
      )}</ul>`
}</section>`
}

function objectsPanel({ context: { store } }: Inspection): Html {
  return html`<section class="panel" aria-labelledby="objects-title" id="objects" data-live><h2 id="objects-title"><a href="${inspectorPaths.objects}">Objects</a></h2>
<ul class="counts">${objectTables(store).map(
    ({ table, count }) =>
      html`<li><a class="count" id="objects-${table}" href="${withQuery(inspectorPaths.objects, { type: table })}"><b>${count}</b> ${table}</a></li>`,
  )}</ul></section>`
}
