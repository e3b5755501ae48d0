import { createSandbox, type Sandbox, watchSandboxes } from 'stripe-sandbox'
import { createStripe, type Stripe, type StripeClient } from '../../src/stripe/client.ts'
import { Gate } from './gate/gate.ts'
import { Replica } from './replica.ts'
import { openShop, type Shop } from './shop.ts'
import type { Stage } from './stage.ts'
import { VirtualTime } from './virtual-time.ts'

export const OWNERS = ['ann', 'bob'] as const
export type Owner = (typeof OWNERS)[number]

const START = Date.UTC(2026, 10, 23, 12)

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
  readonly time = new VirtualTime(START)
  readonly gate: Gate
  readonly sandbox: Sandbox
  /** For what happens behind the product's back. */
  readonly stripe: StripeClient
  readonly stage: Stage
  readonly shop: Shop
  readonly replicas: Replica[] = []
  readonly events: Stripe.Event[] = []
  readonly handed: Record<Owner, Handed[]> = { ann: [], bob: [] }
  readonly answers: { what: string; status: number; code: string }[] = []
  readonly deliveryAnswers: DeliveryAnswer[] = []
  crashes = 0
  /** Transactions that were rolled back. */
  undone = 0
  #busy = 0
  readonly #unwatch: () => void
  #born = 0

  private constructor(stage: Stage, sandbox: Sandbox, stripe: StripeClient, shop: Shop) {
    this.stage = stage
    this.shop = shop
    this.sandbox = sandbox
    this.gate = new Gate({
      database: stage.address,
      stripe: { host: sandbox.host, port: sandbox.port },
    })
    this.stripe = stripe
    this.#unwatch = watchSandboxes({
      onEvent: (event, origin) => {
        if (origin === sandbox.url) this.events.push(event)
      },
    })
  }

  static async create(stage: Stage): Promise<World> {
    await stage.empty()
    const clock = { nowMs: () => START, now: () => START / 1000 }
    const sandbox = await createSandbox({ idSeed: 'simulation', clock, inspector: false })
    const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url, maxNetworkRetries: 0 })
    return new World(stage, sandbox, stripe, await openShop(stripe))
  }

  async addReplica(): Promise<Replica> {
    const replica = await Replica.create(`replica ${++this.#born}`, this.stage, this.gate, this.time)
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

  /** Stripe's time goes with ours, a whole second behind at most. */
  async moveTimeTo(nowMs: number): Promise<void> {
    const seconds = Math.floor(nowMs / 1000)
    if (seconds > this.sandbox.now()) await this.sandbox.advance({ to: seconds })
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
    await this.sandbox.close()
  }
}
