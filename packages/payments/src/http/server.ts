import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type AcceptDelivery, withDirectWebhook } from './direct-webhook.ts'

/** A Node server for the handler; slow senders cannot hold its connections. */
export interface HttpServer {
  /** Where it listens; the port is the real one when 0 was asked for. */
  url: string
  port: number
  /** Stops accepting, and resolves when every request that was accepted is answered; cuts off what is left after the time. */
  close(timeoutMs: number): Promise<void>
}

export interface ServerOptions {
  fetch: (request: Request, bindings: object) => Response | Promise<Response>
  /** The short way in for webhooks; without it they go through `fetch` like everything else. */
  acceptDelivery?: AcceptDelivery
  port: number
  host: string
}

/** @throws what `listen` fails with: the port is taken, the address is not ours */
export async function listen({ fetch, acceptDelivery, port, host }: ServerOptions): Promise<HttpServer> {
  const ordinary = getRequestListener(fetch)
  const server = createServer(
    {
      headersTimeout: 10_000,
      // The last net for slow bodies; the routes give up earlier and say so in our own shape.
      requestTimeout: 30_000,
      // Longer than load balancers keep theirs (60 s): they must never send into a connection that we are closing.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
    },
    acceptDelivery ? withDirectWebhook(ordinary, acceptDelivery) : ordinary,
  )

  server.listen(port, host)
  await once(server, 'listening')
  // A TCP server's address is an object.
  const address = server.address() as AddressInfo
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host

  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    async close(timeoutMs) {
      const closed = once(server, 'close')
      server.close()
      // A kept connection becomes idle after its last answer; `close` alone closes only those that are idle already.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
      try {
        await closed
      } finally {
        clearInterval(sweep)
        clearTimeout(cut)
      }
    },
  }
}
