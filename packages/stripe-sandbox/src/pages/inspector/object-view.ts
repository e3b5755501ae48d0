import type Stripe from 'stripe'
import { type Html, html } from '../markup.ts'
import { safeLink } from '../safe-link.ts'
import { causeText } from './cause.ts'
import { mentions, namedBy, namersOf, type StripeObject } from './find.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths } from './inspector-paths.ts'
import { jsonView } from './json-view.ts'
import { linkTo } from './links.ts'
import { summaryOf } from './summary.ts'
import { fullTime, shortTime } from './times.ts'

/** More than this of one kind is a list to be searched, not one to be read. */
const mostShown = 20

/** One object: what it is, what it refers to and what refers to it, its events, and itself as JSON. */
export function objectView({ context, requests }: Inspection, object: StripeObject): Html {
  const { store } = context
  const { label, amount, state } = summaryOf(store, object)
  const named = namedBy(store, object)
  const naming = namersOf(store, object).filter((each) => !named.includes(each))
  const events = [...store.all('event')].filter((event) => mentions(event.data.object, object.id))
  return html`<article aria-labelledby="detail-title">
<header class="detail-head"><p class="eyebrow">${object.object} ${state}</p>
<h2 id="detail-title">${label ?? object.id}${amount === null ? null : html` <span class="amount">${amount}</span>`}</h2></header>
<dl class="facts">
<div><dt>Id</dt><dd><code>${object.id}</code></dd></div>
${object.created === undefined ? null : html`<div><dt>Created</dt><dd>${fullTime(object.created * 1000)} UTC</dd></div>`}
${pageLinks(object)}</dl>
${related('Refers to', named, store, object.id)}
${related('Referred to by', naming, store, object.id)}
<section aria-labelledby="events-title"><h3 id="events-title">Events</h3>${
    events.length === 0
      ? html`<p class="empty">None.</p>`
      : html`<ul class="links">${events
          .slice(0, mostShown)
          .map(
            (event) =>
              html`<li><a href="${inspectorPaths.event(event.id)}"><code>${event.type}</code></a> <span class="muted">${causeText(event, requests)}</span> <span class="end">${shortTime(event.created * 1000, context.clock.nowMs())}</span></li>`,
          )}</ul>${rest(events.length, `${inspectorPaths.events}?object=${encodeURIComponent(object.id)}`)}`
  }</section>
<section aria-labelledby="json-title"><h3 id="json-title">JSON <button type="button" class="link-button" data-copy="#json" hidden>Copy</button></h3>
<div id="json">${jsonView(object, { linkOf: (text) => (text === object.id ? null : linkTo(text, store, requests)) })}</div></section>
</article>`
}

function related(
  title: string,
  objects: readonly StripeObject[],
  store: Inspection['context']['store'],
  of: string,
): Html | null {
  if (objects.length === 0) return null
  const id = title.toLowerCase().replaceAll(' ', '-')
  return html`<section aria-labelledby="${id}"><h3 id="${id}">${title}</h3><ul class="links">${objects
    .slice(0, mostShown)
    .map((object) => {
      const { label, amount, state } = summaryOf(store, object)
      return html`<li><a href="${inspectorPaths.object(object.id)}"><code>${object.id}</code></a> <span class="muted">${[object.object, label, amount].filter((part) => part !== null && part !== object.id).join(' · ')}</span> <span class="end">${state}</span></li>`
    })}</ul>${rest(objects.length, `${inspectorPaths.objects}?q=${encodeURIComponent(of)}`)}</section>`
}

function rest(count: number, href: string): Html | null {
  return count <= mostShown ? null : html`<p><a href="${href}">${count - mostShown} more</a></p>`
}

/** The hosted pages that the object's addresses lead to. */
function pageLinks(object: StripeObject): Html | null {
  // Every object of Stripe is a JSON hash.
  const hash = object as unknown as Record<string, unknown>
  const pages = Object.entries(pageNames).flatMap(([field, label]) => {
    const address = hash[field]
    const link = typeof address === 'string' ? safeLink(address) : null
    return link === null ? [] : [html`<a href="${link}">${label}</a> `]
  })
  return pages.length === 0 ? null : html`<div><dt>Pages</dt><dd>${pages}</dd></div>`
}

const pageNames = {
  url: 'Open',
  hosted_invoice_url: 'Hosted invoice',
  invoice_pdf: 'PDF',
  receipt_url: 'Receipt',
} satisfies { [field in keyof (Stripe.Checkout.Session & Stripe.Invoice & Stripe.Charge)]?: string }
