import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/**
 * The short way in for Stripe's deliveries at a Node server of our own. A delivery in order needs no routing, no Request and no
 * Response, and those cost more than verifying and storing it do. So its bytes are collected here, stored, and answered.
 *
 * Only that: whatever is not in order (a bad signature, plain HTTP, a database that is away, a body that is too long or comes in
 * chunks) goes the ordinary way with the same bytes, and is counted, logged and answered there. There is one place that
 * says no.
 */
export interface Delivery {
  body: Buffer
  headers: IncomingMessage['headers']
  /** Address of the other end of the connection. */
  peer: string | null
}

/** Resolves when the event is committed; rejects when the ordinary way must be taken. */
export type AcceptDelivery = (delivery: Delivery) => Promise<void>

const PATH = '/payments/webhook'
const MOST_BYTES = 1024 * 1024
const ANSWER = JSON.stringify({ received: true })

export function withDirectWebhook(ordinary: RequestListener, accept: AcceptDelivery): RequestListener {
  return (incoming, outgoing) => {
    if (!isMeasuredDelivery(incoming)) return ordinary(incoming, outgoing)
    collect(incoming, (body) => {
      accept({ body, headers: incoming.headers, peer: incoming.socket.remoteAddress ?? null }).then(
        () => answer(outgoing),
        () => ordinary(withBody(incoming, body), outgoing),
      )
    })
  }
}

function isMeasuredDelivery({ method, url, headers }: IncomingMessage): boolean {
  if (method !== 'POST' || url !== PATH || headers['transfer-encoding'] !== undefined) return false
  const length = Number(headers['content-length'])
  return length > 0 && length <= MOST_BYTES && headers['stripe-signature'] !== undefined
}

/** A sender who goes away in the middle gets no answer; one who is too slow is cut off by the server's `requestTimeout`. */
function collect(incoming: IncomingMessage, whole: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.once('end', () => whole(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
}

function answer(outgoing: ServerResponse): void {
  outgoing.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': ANSWER.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': randomUUID(),
  })
  outgoing.end(ANSWER)
}

/** The server's adaptor takes a body that was read already from this property. */
function withBody(incoming: IncomingMessage, body: Buffer): IncomingMessage {
  return Object.assign(incoming, { rawBody: body })
}
