import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import Stripe from 'stripe'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { findFreePort } from '../packages/payments/tests/support/free-port.ts'
import { METRICS_TOKEN, startBillhook } from './billhook.ts'
import type { ServerProcess } from './child.ts'
import { startDatabase } from './database.ts'
import { addSubscribers } from './subscribers.ts'

/**
 * A renewal storm: subscriptions that began together renew together, a month of the local Stripe's time later. All that Stripe tells of
 * it is delivered at once, and `serve` mirrors it. Argument: how many (2,000). Fails when a renewal is lost or a payment is not mirrored.
 */
const count = Number(process.argv[2] ?? 2_000)
const LANES = 16
const DAY_MS = 24 * 60 * 60_000
const GIVE_UP_MS = 3 * 60 * 60_000

const database = await startDatabase()
// Of yesterday, so that the subscriptions are none of the events that the feed reads when the service first starts.
const yesterdayMs = () => Date.now() - DAY_MS
const clock = { nowMs: yesterdayMs, now: () => Math.floor(yesterdayMs() / 1_000) }
const sandbox = await createSandbox({ inspector: false, clock })
const stripe = new Stripe(sandbox.apiKey, { host: '127.0.0.1', port: sandbox.port, protocol: 'http' })
try {
  await addSubscribers(stripe, count, LANES)
  const port = await findFreePort()
  const { secret = '' } = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${port}/payments/webhook`,
    enabled_events: ['*'],
  })
  const databaseUrl = await database.create('renewal_storm')
  const server = await startBillhook({ databaseUrl, webhookSecret: secret, port, stripeApiBase: sandbox.url })
  await server.run('sync', '--all')
  await renew(databaseUrl, server, sandbox)
  await server.stop()
} finally {
  await sandbox.close()
  await database.stop()
}

/** In two steps, as at Stripe: the draft comes with the new period, and is charged an hour later. Each step is delivered as fast as it can be. */
async function renew(databaseUrl: string, server: ServerProcess, sandbox: Sandbox): Promise<void> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  const callsBefore = await stripeCalls(server)
  const idleMb = server.residentMb()
  const { rows } = await db.query<{ end: number }>(
    'select extract(epoch from max(current_period_end))::int as end from billhook.subscriptions',
  )
  const end = rows[0]?.end ?? 0
  const drafts = await mirrored(db, server, sandbox, end + 60, (state) => state.renewed === count)
  const charges = await mirrored(db, server, sandbox, end + 2 * 3600, (state) => state.paid === 2 * count)
  const calls = (await stripeCalls(server)) - callsBefore
  const { events, dead } = await readState(db)
  await db.end()

  console.log(`${count} subscriptions renewed and mirrored, nothing lost`)
  console.log(
    `  ${drafts.seconds.toFixed(0)} s for the drafts, ${charges.seconds.toFixed(0)} s for their payments`,
  )
  console.log(`  ${events} events, ${(events / count).toFixed(1)} a renewal; ${dead} given up`)
  console.log(`  ${(calls / count).toFixed(2)} calls to Stripe a renewal`)
  const mostMb = Math.max(drafts.mostMb, charges.mostMb)
  console.log(`  memory of serve: ${idleMb.toFixed(0)} MB before, ${mostMb.toFixed(0)} MB at most`)
}

/** Moves Stripe's time, and waits until all that it tells of that is mirrored. */
async function mirrored(
  db: pg.Client,
  server: ServerProcess,
  sandbox: Sandbox,
  until: number,
  isThere: (state: State) => boolean,
): Promise<{ seconds: number; mostMb: number }> {
  let mostMb = 0
  const startedAt = performance.now()
  const advanced = sandbox.advance({ to: until })
  for (;;) {
    // Reading the state of a hundred thousand takes a while: the storm must not wait for whoever watches it.
    const askedAt = performance.now()
    const state = await readState(db)
    if (isThere(state) && state.pending === 0) break
    if (askedAt - startedAt > GIVE_UP_MS) throw new Error(`lost: ${JSON.stringify(state)}`)
    if (process.stderr.isTTY) process.stderr.write(`\r${JSON.stringify(state)} `)
    const pauseMs = Math.max(250, 20 * (performance.now() - askedAt))
    for (let waited = 0; waited < pauseMs; waited += 250) {
      await wait(250)
      mostMb = Math.max(mostMb, server.residentMb())
    }
  }
  const seconds = (performance.now() - startedAt) / 1000
  await advanced
  return { seconds, mostMb }
}

interface State {
  /** Subscriptions whose period has moved on. */
  renewed: number
  /** Invoices paid whose payment is mirrored as succeeded. */
  paid: number
  pending: number
  dead: number
  events: number
}

async function readState(db: pg.Client): Promise<State> {
  const { rows } = await db.query<State>(`select
    (select count(*)::int from billhook.subscriptions where current_period_start > stripe_created_at + interval '20 days') as renewed,
    (select count(*)::int from billhook.invoices i join billhook.invoice_payments ip on ip.invoice_id = i.id
       join billhook.payments p on p.id = ip.payment_id where i.status = 'paid' and p.status = 'succeeded') as paid,
    (select count(*)::int from billhook.events where status = 'pending') as pending,
    (select count(*)::int from billhook.events where status = 'dead') as dead,
    (select count(*)::int from billhook.events) as events`)
  if (!rows[0]) throw new Error('no row')
  return rows[0]
}

async function stripeCalls({ port }: ServerProcess): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  })
  const lines = (await answer.text()).matchAll(/^billhook_stripe_calls_total\{.*\} (\d+)$/gm)
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0)
}
