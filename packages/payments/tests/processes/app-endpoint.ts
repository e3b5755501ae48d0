import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AppEvent } from '../../src/domain/app-events.ts'

const KEY = Buffer.from('thirty-two bytes of a secret key')
/** Of so many deliveries one is refused, and of so many one is taken without an answer. */
const REFUSED_OF = 20
const UNANSWERED_OF = 30

/** The app's own endpoint: it remembers what it took, refuses something now and then, and now and then its answer is lost. */
export class AppEndpoint {
  /** In order; one event again, under the same id, where its answer was lost. */
  readonly taken: AppEvent[] = []
  /** Deliveries that were not signed. */
  unsigned = 0
  readonly secret = `whsec_${KEY.toString('base64')}`
  readonly #server: Server
  #count = 0

  constructor() {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const body = Buffer.concat(parts).toString('utf8')
      const number = ++this.#count
      if (!isSigned(request.headers, body)) {
        this.unsigned++
        response.writeHead(401).end()
      } else if (number % REFUSED_OF === 0) response.writeHead(500).end()
      else {
        // Signed by Billhook.
        this.taken.push(JSON.parse(body) as AppEvent)
        if (number % UNANSWERED_OF === 7) response.destroy()
        else response.writeHead(200).end()
      }
    })
  }

  /** Returns its address. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    return `http://127.0.0.1:${address.port}/billing-events`
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }
}

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  return headers['webhook-signature'] === `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`
}
