import { createHmac } from 'node:crypto'
import pino from 'pino'
import { createPayments, type Payments } from '../../src/index.ts'
import type { Gate } from './gate/gate.ts'
import type { Stage } from './stage.ts'
import { ReplicaClock, type VirtualTime } from './virtual-time.ts'

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
  isDead = false

  private constructor(name: string, clock: ReplicaClock, payments: Payments, gate: Gate) {
    this.name = name
    this.clock = clock
    this.#payments = payments
    this.#gate = gate
  }

  static async create(name: string, stage: Stage, gate: Gate, time: VirtualTime): Promise<Replica> {
    const { databasePort, stripePort } = await gate.open(name)
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
      clock,
      log: pino({ level: 'silent' }),
    })
    return new Replica(name, clock, payments, gate)
  }

  /** Starts the jobs; tried again, as the service does. */
  async start(): Promise<void> {
    while (!this.isDead) {
      const started = await this.#payments.start().then(
        () => true,
        () => false,
      )
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
    this.#gate.kill(this.name)
    void this.#payments.stop({ timeoutMs: 0 })
    this.clock.end()
  }

  async #fetch(path: string, init: RequestInit): Promise<Answer | null> {
    const answer = await this.#payments.fetch(new Request(`http://localhost${path}`, init))
    const body: unknown = await answer.json().catch(() => ({}))
    if (this.isDead) return null
    const fields = body !== null && typeof body === 'object' ? { ...body } : {}
    return { status: answer.status, code: 'code' in fields ? String(fields.code) : '', body: { ...fields } }
  }
}
