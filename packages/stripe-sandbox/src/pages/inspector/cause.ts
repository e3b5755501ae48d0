import type Stripe from 'stripe'
import type { RequestLog } from '../../wire/request-log.ts'
import { type Html, html } from '../markup.ts'
import { inspectorPaths } from './inspector-paths.ts'

/** `POST /v1/customers`; what no request caused came of a hosted page or of time. */
export function causeText(event: Stripe.Event, requests: RequestLog): string {
  const id = event.request?.id ?? null
  if (id === null) return 'a page or time'
  const request = requests.get(id)
  return request ? `${request.method} ${request.path}` : id
}

export function causeView(event: Stripe.Event, requests: RequestLog): Html {
  const id = event.request?.id ?? null
  if (id === null) return html`No request: a hosted page, or time`
  const request = requests.get(id)
  if (!request) return html`<code>${id}</code>, which the log has forgotten`
  return html`<a href="${inspectorPaths.request(id)}"><code>${causeText(event, requests)}</code></a>`
}
