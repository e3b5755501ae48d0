import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RudeStripe {
  url: string
  /** When each call came, in milliseconds of the machine's monotonic clock. */
  calls: number[]
  /** Decides what each call gets; a page of nothing until said otherwise. */
  answer: (outgoing: ServerResponse, incoming: IncomingMessage) => void
  close(): Promise<void>
}

/** An HTTP server in Stripe's place that answers as it is told: 429, 500, half a body, nothing at all. */
export async function startRudeStripe(): Promise<RudeStripe> {
  const server = createServer((incoming, outgoing) => {
    rude.calls.push(performance.now())
    rude.answer(outgoing, incoming)
  })
  const rude: RudeStripe = {
    url: '',
    calls: [],
    answer: kind,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server that listens has an AddressInfo.
  rude.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return rude
}

export function kind(outgoing: ServerResponse): void {
  send(outgoing, 200, { object: 'list', data: [], has_more: false, url: '/v1/customers' })
}

export function refuse(status: number, headers: Record<string, string> = {}) {
  const type = status === 429 ? 'invalid_request_error' : 'api_error'
  return (outgoing: ServerResponse) =>
    send(outgoing, status, { error: { type, message: 'Said by the tests.' } }, headers)
}

function send(outgoing: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) {
  outgoing.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
}
