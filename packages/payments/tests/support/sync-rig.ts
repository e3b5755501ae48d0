import { createHmac } from 'node:crypto'
import pino from 'pino'
import { createSandbox, type Sandbox, type SandboxOptions } from 'stripe-sandbox'
import { afterAll, beforeAll } from 'vitest'
import { createCallBucket } from '../../src/db/call-bucket.ts'
import { listDueGroups } from '../../src/db/queries/events.ts'
import { claimInstallation } from '../../src/db/queries/installation.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { createStripe, type Stripe, type StripeClient } from '../../src/stripe/client.ts'
import { connectStripe } from '../../src/stripe/connect-stripe.ts'
import type { SyncContext } from '../../src/sync/context.ts'
import { createKnownAccount } from '../../src/sync/known-account.ts'
import { drainGroup } from '../../src/webhooks/drain.ts'
import { createInbox } from '../../src/webhooks/inbox.ts'
import { type Received, receiveWebhook } from '../../src/webhooks/receive.ts'
import { ignoreSettledPayments } from '../../src/webhooks/settled-payments.ts'
import { type TestDatabase, useDatabase } from './database.ts'
import { pay } from './shop.ts'
import { type StripeProxy, startStripeProxy } from './stripe-proxy.ts'

export const SECRET = 'whsec_of_the_sync_rig'

export interface SyncRig {
  readonly database: TestDatabase
  readonly sandbox: Sandbox
  /** The local Stripe, for what happens behind the product's back. */
  readonly stripe: StripeClient
  /** What the product's calls to Stripe pass through. */
  readonly network: StripeProxy
  readonly context: SyncContext
}

/** The syncing half of the product without HTTP: inbox, drain and syncs on a real database and a local Stripe. Nothing runs by itself. */
export function useSync(options: { clock?: Clock } & Pick<SandboxOptions, 'billing'> = {}): SyncRig {
  const database = useDatabase()
  let started: Omit<SyncRig, 'database'> | null = null

  beforeAll(async () => {
    const sandbox = await createSandbox(options.billing && { billing: options.billing })
    const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
    const network = await startStripeProxy(sandbox.url)
    const { id: installationId } = await claimInstallation(database.db.query, false)
    const context: SyncContext = {
      db: database.db,
      stripe: createStripe({
        apiKey: sandbox.apiKey,
        apiBase: network.url,
        maxNetworkRetries: 0,
        timeoutMs: 10_000,
      }),
      clock: options.clock ?? systemClock,
      log: pino({ level: 'silent' }),
      metrics: createMetrics({ withProcess: false }),
      policy: DEFAULT_POLICY,
      installationId,
    }
    started = { sandbox, stripe, network, context }
  })

  afterAll(async () => {
    await started?.network.close()
    await started?.sandbox.close()
  })

  function parts() {
    if (started === null) throw new Error('The rig is there from beforeAll on.')
    return started
  }
  return {
    database,
    get sandbox() {
      return parts().sandbox
    },
    get stripe() {
      return parts().stripe
    },
    get network() {
      return parts().network
    },
    get context() {
      return parts().context
    },
  }
}

/** An owner with a customer, as the checkout leaves them. */
export async function addOwner(rig: SyncRig, ownerId: string): Promise<string> {
  const customer = await rig.stripe.customers.create({ email: `${ownerId}@example.com` })
  await rig.database.db.query
    .insertInto('customers')
    .values({
      owner_id: ownerId,
      stripe_customer_id: customer.id,
      email: null,
      created_at: new Date(0),
      updated_at: new Date(0),
      deleted_at: null,
    })
    .execute()
  return customer.id
}

/** A price at Stripe only. */
export async function addPrice(rig: SyncRig, recurring = true): Promise<Stripe.Price> {
  const product = await rig.stripe.products.create({ name: 'Premium' })
  return await rig.stripe.prices.create({
    product: product.id,
    unit_amount: 1_900,
    currency: 'usd',
    ...(recurring && { recurring: { interval: 'month' as const } }),
  })
}

/** A hosted Checkout, paid as a buyer pays it. Returns the session afterwards. */
export async function buy(
  rig: SyncRig,
  customer: string,
  price: Stripe.Price,
  card?: string,
): Promise<Stripe.Checkout.Session> {
  const session = await rig.stripe.checkout.sessions.create({
    mode: price.recurring ? 'subscription' : 'payment',
    customer,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.example/success',
  })
  await pay(session.url ?? '', card)
  return await rig.stripe.checkout.sessions.retrieve(session.id)
}

/** Every event that the local Stripe has made for this customer, oldest first. */
export async function eventsOf(rig: SyncRig, customer: string): Promise<Stripe.Event[]> {
  const all = await rig.stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 })
  return all.filter((event) => JSON.stringify(event.data.object).includes(customer)).reverse()
}

/** Delivers an event over the front door, signed. */
export async function deliver(rig: SyncRig, event: object): Promise<Received> {
  const body = Buffer.from(JSON.stringify(event))
  const { clock, log, metrics, db } = rig.context
  const receiving = { clock, log, metrics, secrets: [SECRET], livemode: false }
  const inbox = createInbox({ db, onStored: () => undefined })
  return await receiveWebhook({ ...receiving, inbox }, body, sign(body, clock.now()))
}

export function sign(body: Uint8Array, at: Date, secret = SECRET): string {
  const timestamp = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
  return `t=${timestamp},v1=${signature}`
}

/** The rig's context as a process has it that was started with the key of this local Stripe: what it asks is guarded. */
export function contextWith(
  rig: SyncRig,
  { apiKey, url, timeoutMs }: { apiKey: string; url: string; timeoutMs?: number },
): SyncContext {
  const { db, clock, log, metrics } = rig.context
  const stripe = connectStripe({
    ...{ apiKey, apiBase: url, timeoutMs, maxNetworkRetries: 0, callsPerSecond: null, clock, log, metrics },
    bucket: createCallBucket(db, 0),
    knowAccount: (client) => createKnownAccount({ db, clock, log }, client),
  })
  return { ...rig.context, stripe: stripe.forBackground }
}

/** Works off what is due, and what becomes due by that, until nothing is. */
export async function drain(rig: Pick<SyncRig, 'database' | 'context'>): Promise<void> {
  const context = { ...rig.context, random: () => 0.5 }
  for (let round = 0; round < 50; round++) {
    const groups = await listDueGroups(rig.database.db, rig.context.clock.now(), 100)
    if (groups.length === 0) return
    const ignored = await ignoreSettledPayments(context, groups)
    for (const group of groups) if (!ignored.has(group)) await drainGroup(context, group)
  }
  throw new Error('The inbox does not get empty')
}

/** Everything that the mirror says of an owner, without the times of the syncs. */
export async function mirrorOf(rig: SyncRig, ownerId: string): Promise<Record<string, unknown[]>> {
  const { query } = rig.database.db
  const tables = [
    'subscriptions',
    'invoices',
    'payments',
    'refunds',
    'disputes',
    'fraud_warnings',
    'checkout_sessions',
  ] as const
  const found: Record<string, unknown[]> = {}
  for (const table of tables) {
    const rows = await query
      .selectFrom(table)
      .selectAll()
      .where('owner_id', '=', ownerId)
      .orderBy('id')
      .execute()
    found[table] = rows.map(({ synced_at: _, ...row }) => row)
  }
  const outbox = await query
    .selectFrom('outbox')
    .select('dedupe_key')
    .where('owner_id', '=', ownerId)
    .orderBy('dedupe_key')
    .execute()
  found.outbox = outbox.map((row) => row.dedupe_key)
  return found
}

/** What became of each event of a group of types. */
export async function statusesOf(rig: SyncRig, ids: readonly string[]): Promise<Record<string, string>> {
  const rows = await rig.database.db.query
    .selectFrom('events')
    .select(['id', 'status'])
    .where('id', 'in', [...ids])
    .execute()
  return Object.fromEntries(rows.map((row) => [row.id, row.status]))
}

/** As if no event had ever come: customers stay, everything that a sync writes goes. */
export async function forgetMirror(rig: SyncRig): Promise<void> {
  await rig.database.db.pool.query(
    `truncate billhook.events, billhook.leases, billhook.subscriptions, billhook.invoices, billhook.invoice_payments,
      billhook.payments, billhook.refunds, billhook.disputes, billhook.fraud_warnings, billhook.checkout_sessions, billhook.outbox, billhook.outbox_keys, billhook.access`,
  )
}

/** What the app was told of an owner's access, in order. */
export async function accessToldOf(rig: SyncRig, ownerId: string): Promise<unknown[]> {
  const rows = await rig.database.db.query
    .selectFrom('outbox')
    .select('payload')
    .where('owner_id', '=', ownerId)
    .where('type', '=', 'access.changed')
    .orderBy('id')
    .execute()
  return rows.map(({ payload }) => payload)
}

let deliveries = 0
/** Rings every bell that names this again, under ids that were never seen, and works them off. */
export async function ringAgain(rig: SyncRig, id: string, types = ''): Promise<void> {
  for (const event of await eventsOf(rig, id)) {
    if (!event.type.startsWith(types)) continue
    await deliver(rig, { ...event, id: `${event.id}_${++deliveries}` })
  }
  await drain(rig)
}
