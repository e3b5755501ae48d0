import { createSandbox, type Sandbox, watchSandboxes } from 'stripe-sandbox'
import { createStripe, type Stripe, type StripeClient } from '../../src/stripe/client.ts'
import { App } from './app.ts'
import { Gate } from './gate/gate.ts'
import { History } from './oracle/history.ts'
import { Replica } from './replica.ts'
import type { Schedule } from './schedule.ts'
import { openShop, type Shop } from './shop.ts'
import type { Stage } from './stage.ts'
import { VirtualTime } from './virtual-time.ts'

export const OWNERS = ['ann', 'bob'] as const
export type Owner = (typeof OWNERS)[number]

const START = Date.UTC(2026, 10, 23, 12)

const HALF_DAY = 43_200

/** A Checkout address that an owner was given. */
export interface Handed {
  url: string
  sessionId: string
}

export interface DeliveryAnswer {
  eventId: string
  status: number
}

/** One schedule's world: a Stripe of its own, the replicas before the same database, and what was seen. */
export class World {
  readonly time: VirtualTime
  readonly gate: Gate
  readonly sandbox: Sandbox
  /** For what happens behind the product's back. */
  readonly stripe: StripeClient
  readonly stage: Stage
  readonly shop: Shop
  /** Null: nobody is told anything. */
  readonly app: App | null
  readonly replicas: Replica[] = []
  readonly events: Stripe.Event[] = []
  readonly history = new History()
  readonly handed: Record<Owner, Handed[]> = { ann: [], bob: [] }
  readonly answers: { what: string; status: number; code: string }[] = []
  readonly deliveryAnswers: DeliveryAnswer[] = []
  /** Answered 200, and whether it was stored could not be seen then. */
  readonly unseenDeliveries: string[] = []
  crashes = 0
  /** Transactions that were rolled back. */
  undone = 0
  #busy = 0
  readonly #unwatch: () => void
  #born = 0

  private constructor(parts: Pick<World, 'stage' | 'sandbox' | 'stripe' | 'shop' | 'time' | 'app'>) {
    const { stage, sandbox, stripe, shop, time, app } = parts
    this.stage = stage
    this.shop = shop
    this.sandbox = sandbox
    this.time = time
    this.app = app
    this.gate = new Gate({
      database: stage.address,
      stripe: { host: sandbox.host, port: sandbox.port },
      app: { host: '127.0.0.1', port: app?.port ?? 0 },
    })
    this.stripe = stripe
    this.#unwatch = watchSandboxes({
      onEvent: (event, origin) => {
        if (origin === sandbox.url) this.events.push(event)
      },
    })
  }

  static async create(stage: Stage, { app: answers }: Pick<Schedule, 'app'>): Promise<World> {
    await stage.empty()
    const clock = { nowMs: () => START, now: () => START / 1000 }
    const sandbox = await createSandbox({ idSeed: 'simulation', clock, inspector: false })
    const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url, maxNetworkRetries: 0 })
    const time = new VirtualTime(START)
    const app = answers ? await App.open(time, answers) : null
    return new World({ stage, sandbox, stripe, shop: await openShop(stripe), time, app })
  }

  async addReplica(): Promise<Replica> {
    const replica = await Replica.create(`replica ${++this.#born}`, this)
    this.replicas.push(replica)
    return replica
  }

  /** Something is done at Stripe, beside the gate; nothing else goes on meanwhile. */
  async atOnce<T>(work: Promise<T>): Promise<T> {
    this.#busy++
    try {
      return await work
    } finally {
      this.#busy--
    }
  }

  isBusy(): boolean {
    return this.#busy > 0
  }

  living(): Replica[] {
    return this.replicas.filter(({ isDead }) => !isDead)
  }

  /** The living replica that a number means; undefined when all are dead. */
  replica(number: number): Replica | undefined {
    const living = this.living()
    return living[number % living.length]
  }

  replicaNamed(name: string): Replica | undefined {
    return this.replicas.find((replica) => replica.name === name)
  }

  /** Stripe's time goes with ours, a whole second behind at most; what it gave and took on the way is noted. */
  async moveTimeTo(nowMs: number): Promise<void> {
    const seconds = Math.floor(nowMs / 1000)
    while (seconds > this.sandbox.now()) {
      await this.sandbox.advance({ to: Math.min(seconds, this.sandbox.now() + HALF_DAY) })
      this.history.note(this)
    }
    this.time.moveTo(nowMs)
  }

  /** The owner's customers at Stripe that are not deleted. */
  customersOf(owner: Owner): Stripe.Customer[] {
    const all = [...this.sandbox.context.store.all('customer')]
    return all.filter(({ metadata }) => metadata.billhook_owner_id === owner)
  }

  async close(): Promise<void> {
    this.#unwatch()
    for (const replica of this.replicas) replica.die()
    await this.gate.close()
    await this.app?.close()
    await this.sandbox.close()
  }
}
