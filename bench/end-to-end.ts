import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { startBillhook } from './billhook.ts'
import { startServer } from './child.ts'
import type { BenchDatabase } from './database.ts'
import { openClient } from './load.ts'

export interface EndToEndResult {
  /** Events a second, from the first delivery until the last row is mirrored. */
  oursPerSecond: number
  peerPerSecond: number
  ratio: number
  events: number
}

const ROUNDS = 3
const CONNECTIONS = 16

/**
 * From delivered to mirrored, with the fetch: all events of customers who have just subscribed, as Stripe sends them, until every row is
 * there. Both sides ask the same local Stripe, which runs beside them. Peer: the sync engine with its revalidation on, which mirrors
 * before it answers. Rounds alternate, each on an empty database.
 */
export async function endToEnd(database: BenchDatabase, customers: number): Promise<EndToEndResult> {
  let eventsPort = 0
  const stripe = await startServer({
    file: 'bench/peers/sandbox-of-customers.ts',
    args: [String(customers)],
    ready: (output) => {
      eventsPort = Number(/EVENTS (\d+)/.exec(output)?.[1] ?? 0)
      return Number(/PORT (\d+)\n/.exec(output)?.[1] ?? 0) || null
    },
  })
  try {
    // What the bench's own child printed.
    const bodies = (await (await fetch(`http://127.0.0.1:${eventsPort}`)).json()) as string[]
    const [ours, peers]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await secondsOfBillhook(database, stripe.port, bodies, customers))
      peers.push(await secondsOfPeer(database, stripe.port, bodies, customers))
    }
    const [oursPerSecond, peerPerSecond] = [bodies.length / median(ours), bodies.length / median(peers)]
    return { oursPerSecond, peerPerSecond, ratio: oursPerSecond / peerPerSecond, events: bodies.length }
  } finally {
    await stripe.stop()
  }
}

async function secondsOfBillhook(
  database: BenchDatabase,
  stripePort: number,
  bodies: readonly string[],
  customers: number,
): Promise<number> {
  const databaseUrl = await database.create('end_to_end')
  const webhookSecret = `whsec_${randomBytes(16).toString('hex')}`
  const server = await startBillhook({
    databaseUrl,
    webhookSecret,
    stripeApiBase: `http://127.0.0.1:${stripePort}`,
  })
  const owners = new Set(bodies.flatMap((body) => /"(cus_\w+)"/.exec(body)?.[1] ?? []))
  await using db = await connected(databaseUrl)
  await db.client.query(
    `insert into billhook.customers (owner_id, stripe_customer_id, created_at, updated_at)
     select id, id, now(), now() from unnest($1::text[]) id`,
    [[...owners]],
  )
  const startedAt = performance.now()
  await deliverAll(server.port, '/payments/webhook', webhookSecret, bodies)
  while (await isAnyPending(db.client)) await wait(100)
  const seconds = (performance.now() - startedAt) / 1000
  await expectAll(db.client, 'billhook', customers)
  await server.stop()
  return seconds
}

async function secondsOfPeer(
  database: BenchDatabase,
  stripePort: number,
  bodies: readonly string[],
  customers: number,
): Promise<number> {
  const databaseUrl = await database.create('end_to_end_peer')
  const secret = `whsec_${randomBytes(16).toString('hex')}`
  const server = await startServer({
    file: 'bench/peers/sync-engine-server.ts',
    args: [databaseUrl, secret, String(stripePort)],
    ready: (output) => Number(/PORT (\d+)/.exec(output)?.[1] ?? 0) || null,
  })
  const startedAt = performance.now()
  await deliverAll(server.port, '/', secret, bodies)
  const seconds = (performance.now() - startedAt) / 1000
  await using db = await connected(databaseUrl)
  await expectAll(db.client, 'stripe', customers)
  await server.stop()
  return seconds
}

async function connected(databaseUrl: string): Promise<AsyncDisposable & { client: pg.Client }> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}

async function deliverAll(
  port: number,
  path: string,
  secret: string,
  bodies: readonly string[],
): Promise<void> {
  const requests = bodies.map((body) => signed(port, path, secret, body))
  let next = 0
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = await openClient(port)
      for (let request = requests[next++]; request; request = requests[next++]) {
        const status = await client.send(request)
        if (status !== 200) throw new Error(`a delivery was answered ${status}`)
      }
      client.socket.destroy()
    }),
  )
}

function signed(port: number, path: string, secret: string, text: string): Buffer {
  const body = Buffer.from(text)
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
    `Stripe-Signature: t=${timestamp},v1=${signature}\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

async function isAnyPending(db: pg.Client): Promise<boolean> {
  const { rows } = await db.query(`select from billhook.events where status = 'pending' limit 1`)
  return rows.length > 0
}

/** A side that left something out is not faster. */
async function expectAll(db: pg.Client, schema: 'billhook' | 'stripe', customers: number): Promise<void> {
  const { rows } = await db.query<{ subscriptions: number; invoices: number }>(
    `select (select count(*)::int from ${schema}.subscriptions where status = 'active') as subscriptions,
       (select count(*)::int from ${schema}.invoices where status = 'paid') as invoices`,
  )
  if (rows[0]?.subscriptions !== customers || rows[0].invoices !== customers) {
    throw new Error(`${schema} mirrored ${JSON.stringify(rows[0])} of ${customers}`)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
