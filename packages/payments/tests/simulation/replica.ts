import { createHmac } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import pino from 'pino'
import { APP_EVENT_TYPES } from '../../src/domain/app-event-types.ts'
import type { AppEvent } from '../../src/domain/app-events.ts'
import { createPayments, type Payments } from '../../src/index.ts'
import type { EventHandlers } from '../../src/outbox/targets.ts'
import type { App } from './app.ts'
import type { Gate } from './gate/gate.ts'
import { ReplicaClock } from './virtual-time.ts'
import type { World } from './world.ts'

const SECRET = 'whsec_of_the_simulation'
const PATIENCE_MS = 300_000

export interface Answer {
  status: number
  /** Empty when there is none. */
  code: string
  body: Readonly<Record<string, unknown>>
}

/** One process of the product: all that it asks passes the gate, and it can die. */
export class Replica {
  readonly name: string
  readonly clock: ReplicaClock
  readonly #payments: Payments
  readonly #gate: Gate
  /** Of what it was asked and holds in memory some never ends: who waits for a connection of a pool that is closed waits for good. */
  readonly #death = Promise.withResolvers<null>()
  isDead = false

  private constructor(name: string, clock: ReplicaClock, payments: Payments, gate: Gate) {
    this.name = name
    this.clock = clock
    this.#payments = payments
    this.#gate = gate
  }

  static async create(name: string, { stage, gate, time, app }: World): Promise<Replica> {
    const { databasePort, stripePort, appPort } = await gate.open(name)
    const clock = new ReplicaClock(time)
    const payments = createPayments({
      // Real time must not matter, however slow the machine is.
      database: { url: stage.urlAt(databasePort), connectTimeoutMs: PATIENCE_MS },
      stripe: {
        secretKey: 'sk_test_sandbox',
        apiBase: `http://127.0.0.1:${stripePort}`,
        webhookSecrets: [SECRET],
        // A retry is another question of the same kind; without it every lost answer is the product's own to deal with.
        maxRetries: 0,
        timeoutMs: PATIENCE_MS,
      },
      frontendUrl: 'https://shop.example',
      auth: {
        authenticate: ({ headers }) => {
          const ownerId = headers.get('x-owner') ?? ''
          return { ownerId, email: `${ownerId}@example.com` }
        },
      },
      http: { spendsPerMinute: 100_000, readsPerMinute: 100_000, addressRequestsPerMinute: 100_000 },
      // Time stands still between two moves: what settles would be worked off after the last.
      drain: { settleMs: 0 },
      // What was told is read in the end.
      retention: { outboxDays: 3_650 },
      ...(app && { outbox: { handlers: handlersOf(name, app, appPort) } }),
      clock,
      log: pino({ level: 'silent' }),
    })
    return new Replica(name, clock, payments, gate)
  }

  /** Starts the jobs; tried again, as the service does. */
  async start(): Promise<void> {
    while (!this.isDead) {
      const starting = this.#payments.start().then(
        () => true,
        () => false,
      )
      const started = await Promise.race([starting, this.#death.promise])
      if (started) return
      await this.clock.wait(500)
    }
  }

  /** Null when the replica died before it answered. */
  async ask(method: string, path: string, ownerId: string, body?: object): Promise<Answer | null> {
    const headers = { 'X-Owner': ownerId, 'Content-Type': 'application/json' }
    return await this.#fetch(
      path,
      body ? { method, headers, body: JSON.stringify(body) } : { method, headers },
    )
  }

  async deliver(event: object): Promise<Answer | null> {
    const body = JSON.stringify(event)
    const timestamp = Math.floor(this.clock.now().getTime() / 1000)
    const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')
    const headers = {
      'Stripe-Signature': `t=${timestamp},v1=${signature}`,
      'Content-Type': 'application/json',
    }
    return await this.#fetch('/payments/webhook', { method: 'POST', headers, body })
  }

  /** As `kill -9`: nothing that it asks passes any more. What it holds in memory ends by itself, unheard. */
  die(): void {
    if (this.isDead) return
    this.isDead = true
    this.#death.resolve(null)
    this.#gate.kill(this.name)
    void this.#payments.stop({ timeoutMs: 0 })
    this.clock.end()
  }

  async #fetch(path: string, init: RequestInit): Promise<Answer | null> {
    const asked = this.#payments.fetch(new Request(`http://localhost${path}`, init))
    const answer = await Promise.race([asked, this.#death.promise])
    if (answer === null) return null
    const body: unknown = await answer.json().catch(() => ({}))
    if (this.isDead) return null
    const fields = body !== null && typeof body === 'object' ? { ...body } : {}
    return { status: answer.status, code: 'code' in fields ? String(fields.code) : '', body: { ...fields } }
  }
}

/** The host app's own functions: each hands its event to the app's server, and says so when that did not take it. */
function handlersOf(replica: string, app: App, port: number): EventHandlers {
  const handle = async (event: AppEvent) => {
    const attempt = app.begin(replica, event)
    const status = await post(port, event).finally(() => {
      attempt.isOver = true
    })
    if (status !== 200) throw new Error(`the app answered ${status}`)
  }
  return Object.fromEntries(APP_EVENT_TYPES.map((type) => [type, handle]))
}

function post(port: number, event: AppEvent): Promise<number> {
  const body = JSON.stringify(event)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: `/${event.type}`, method: 'POST', headers, agent: false }
    const sending = requestHttp(options, (response) => {
      response.resume()
      response.once('error', reject)
      resolve(response.statusCode ?? 0)
    })
    sending.once('error', reject)
    sending.end(body)
  })
}
