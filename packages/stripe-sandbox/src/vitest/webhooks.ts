import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Stripe from 'stripe'

type EventType = Stripe.Event['type']

export interface WaitOptions<T extends EventType> {
  /** Which of them; any, when it is left out. */
  matching?: (event: Extract<Stripe.Event, { type: T }>) => boolean
  /** Default 5000. */
  timeoutMs?: number
}

interface Waiter {
  takes: (event: Stripe.Event) => boolean
  resolve: (event: Stripe.Event) => void
}

/** A webhook endpoint as an app has one: verifies each delivery and remembers its event. Answers 200 unless told otherwise. */
export class Webhooks {
  /** Every event that came, in the order in which it came; one that was delivered twice is here twice. */
  readonly events: Stripe.Event[] = []
  /** Decides what a delivery is answered; a promise holds the answer back. */
  respond: (event: Stripe.Event) => number | Promise<number> = () => 200
  readonly #stripe: Stripe
  readonly #server: Server
  readonly #endpoint: Stripe.WebhookEndpoint
  readonly #given = new Set<Stripe.Event>()
  readonly #waiters = new Set<Waiter>()
  readonly #unverified: string[] = []

  private constructor(stripe: Stripe, server: Server, endpoint: Stripe.WebhookEndpoint) {
    this.#stripe = stripe
    this.#server = server
    this.#endpoint = endpoint
  }

  /** Opens a port and asks Stripe for every event. */
  static async listen(stripe: Stripe): Promise<Webhooks> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A boundary: a TCP server that listens has an AddressInfo.
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/webhook`
    const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] })
    const webhooks = new Webhooks(stripe, server, endpoint)
    server.on('request', (request, response) => webhooks.#receive(request, response))
    return webhooks
  }

  get url(): string {
    return this.#endpoint.url
  }

  /** The signing secret: an app under test may have the events too. */
  get secret(): string {
    return this.#endpoint.secret ?? ''
  }

  /**
   * The first event of a type that no earlier call was given, as soon as it is there.
   * @throws Error that names what came instead, after `timeoutMs`.
   */
  waitForEvent<T extends EventType>(
    type: T,
    options: WaitOptions<T> = {},
  ): Promise<Extract<Stripe.Event, { type: T }>> {
    const { matching = () => true, timeoutMs = 5000 } = options
    // A boundary: `type` tells which member of the union it is.
    const takes = (event: Stripe.Event): boolean =>
      event.type === type && !this.#given.has(event) && matching(event as Extract<Stripe.Event, { type: T }>)
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        takes,
        resolve: (event) => {
          clearTimeout(timer)
          this.#given.add(event)
          resolve(event as Extract<Stripe.Event, { type: T }>)
        },
      }
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        const came = this.events.map((event) => event.type).join(', ') || 'nothing'
        reject(new Error(`No ${type} came within ${timeoutMs} ms. What came: ${came}.`))
      }, timeoutMs)
      const there = this.events.find(takes)
      if (there) waiter.resolve(there)
      else this.#waiters.add(waiter)
    })
  }

  /** @throws Error when a delivery did not verify. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
    if (this.#unverified.length > 0)
      throw new Error(`A webhook did not verify: ${this.#unverified.join('; ')}`)
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const event = this.#verified(Buffer.concat(chunks), request.headers['stripe-signature'])
    response.writeHead(event ? await this.respond(event) : 400).end()
  }

  #verified(body: Buffer, signature: string | string[] | undefined): Stripe.Event | undefined {
    try {
      const event = this.#stripe.webhooks.constructEvent(body, signature ?? '', this.secret)
      this.events.push(event)
      const [waiter] = [...this.#waiters].filter(({ takes }) => takes(event))
      if (waiter) this.#waiters.delete(waiter)
      waiter?.resolve(event)
      return event
    } catch (error) {
      // Told by `close`: nothing here is awaited by the test.
      this.#unverified.push(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }
}
