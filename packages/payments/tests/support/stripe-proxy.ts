import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a call on its way to the local Stripe. */
export type Weather =
  | 'fine'
  /** The connection breaks before Stripe hears of the call. */
  | 'unreachable'
  /** Stripe does what was asked, and its answer is lost. */
  | 'answer lost'
  /** Stripe has an error of its own, and does nothing. */
  | 'broken'
  /** Stripe does what was asked, and then has an error of its own. */
  | 'broken after all'
  /** Stripe does not take the request, and does nothing. */
  | 'refused'
  /** There is no such object. */
  | 'absent'
  /** The key lacks the right to it. */
  | 'forbidden'
  /** Nobody ever answers. */
  | 'silent'

export interface StripeProxy {
  url: string
  /** `METHOD path` of each call that came, in order. */
  calls: string[]
  /** The idempotency key of each call that had one, in order. */
  keys: string[]
  /** Decides for each call, at once or when a promise resolves (Stripe is slow). Fine, until said otherwise. */
  weather: (call: string) => Weather | Promise<Weather>
  close(): Promise<void>
}

/** Stands between the product and the local Stripe, where networks fail. */
export async function startStripeProxy(stripeUrl: string): Promise<StripeProxy> {
  const proxy: StripeProxy = { url: '', calls: [], keys: [], weather: () => 'fine', close }
  const server = createServer(async (incoming, outgoing) => {
    const call = `${incoming.method} ${incoming.url?.split('?')[0]}`
    proxy.calls.push(call)
    const key = incoming.headers['idempotency-key']
    if (typeof key === 'string') proxy.keys.push(key)
    const weather = await proxy.weather(call)
    if (weather === 'silent') incoming.resume()
    else if (weather === 'unreachable') incoming.socket.destroy()
    else if (weather === 'broken') answer(outgoing, 500, 'api_error')
    else if (weather === 'refused') answer(outgoing, 400, 'invalid_request_error')
    else if (weather === 'absent')
      answer(outgoing, 404, 'invalid_request_error', undefined, 'resource_missing')
    else if (weather === 'forbidden') answer(outgoing, 403, 'invalid_request_error', lacking(call))
    else if (weather === 'fine') forward(stripeUrl, incoming, (reply) => pass(reply, outgoing))
    else {
      const end = () => {
        if (weather === 'answer lost') incoming.socket.destroy()
        else answer(outgoing, 500, 'api_error')
      }
      forward(stripeUrl, incoming, (reply) => reply.resume().on('end', end))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function close(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return proxy
}

function answer(
  outgoing: ServerResponse,
  status: number,
  type: string,
  message = 'Said by the proxy of the tests.',
  code?: string,
): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json' })
  outgoing.end(JSON.stringify({ error: { type, message, code } }))
}

/** In Stripe's words: `GET /v1/disputes` wants `rak_dispute_read`. */
function lacking(call: string): string {
  const [, method, resource] = /^(\w+) .*[/_]([a-z]+?)s?$/.exec(call) ?? []
  const right = `rak_${resource}_${method === 'GET' ? 'read' : 'write'}`
  return `The provided key does not have the required permissions for this endpoint. Having the '${right}' permission would allow this request to continue.`
}

function forward(
  stripeUrl: string,
  incoming: IncomingMessage,
  onReply: (reply: IncomingMessage) => void,
): void {
  const { method, headers } = incoming
  const onward = request(new URL(incoming.url ?? '/', stripeUrl), { method, headers }, onReply)
  onward.on('error', () => incoming.socket.destroy())
  incoming.pipe(onward)
}

function pass(reply: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
  reply.pipe(outgoing)
}
