import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll } from 'vitest'
import { useDatabase } from '../../../packages/payments/tests/support/database.ts'

// Its ES module cannot find its own migrations (it uses __dirname there); its CommonJS one can.
const require = createRequire(import.meta.url)
const {
  runMigrations,
  StripeSync,
}: typeof import('@supabase/stripe-sync-engine') = require('@supabase/stripe-sync-engine')

export interface SyncEngine {
  readonly sandbox: Sandbox
  readonly engine: InstanceType<typeof StripeSync>
  /** What it could not take, each with the type of the event. */
  readonly refused: string[]
  /** The row of an object, as it stored it. */
  rows(table: string, id: string): Promise<Record<string, unknown>[]>
  /** Forgets all that it stored. */
  empty(): Promise<void>
}

/** The npm sync engine on a database of this file's own, reading from a sandbox and taking its webhooks as its README shows. */
export function useSyncEngine(): SyncEngine {
  const database = useDatabase({ isEmpty: true })
  let sandbox: Sandbox | null = null
  let engine: InstanceType<typeof StripeSync> | null = null
  const refused: string[] = []

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      engine?.processWebhook(body, String(request.headers['stripe-signature'])).then(
        () => response.writeHead(200).end(),
        (error: unknown) => {
          const { type } = JSON.parse(body.toString()) as { type: string }
          refused.push(`${type}: ${String(error)}`)
          // What it cannot take, it cannot take a second time either.
          response.writeHead(200).end()
        },
      )
    })
  })

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const secret = 'whsec_of_the_sync_engine'
    sandbox = await createSandbox({
      seed: 'demo',
      webhook: { url: `http://127.0.0.1:${port}/webhooks`, secret },
    })
    // Its migrations hand a function to this role, and say nothing when they fail.
    await database.db.pool.query(
      'do $$ begin create role postgres; exception when duplicate_object then null; end $$',
    )
    await runMigrations({ databaseUrl: database.url, schema: 'stripe' })
    engine = new StripeSync({
      poolConfig: { connectionString: database.url, max: 4 },
      stripeSecretKey: sandbox.apiKey,
      stripeWebhookSecret: secret,
      // Otherwise it keeps whichever of two events of one second comes first.
      revalidateObjectsViaStripeApi: ['subscription', 'invoice'],
    })
    // It has no setting for the address of Stripe: its own client, built as it builds it, with another address.
    engine.stripe = new Stripe(sandbox.apiKey, {
      host: sandbox.host,
      port: sandbox.port,
      protocol: 'http',
    })
  })

  afterAll(async () => {
    await sandbox?.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await engine?.postgresClient.pool.end()
  })

  const running = () => {
    if (sandbox === null || engine === null) throw new Error('The engine runs from beforeAll on.')
    return { sandbox, engine }
  }
  return {
    get sandbox() {
      return running().sandbox
    },
    get engine() {
      return running().engine
    },
    refused,
    rows: async (table, id) =>
      (await running().engine.postgresClient.pool.query(`select * from stripe.${table} where id = $1`, [id]))
        .rows,
    empty: async () => {
      const { pool } = running().engine.postgresClient
      const { rows } = await pool.query(
        `select string_agg(format('stripe.%I', tablename), ', ') as tables
        from pg_tables where schemaname = 'stripe' and tablename <> 'migrations'`,
      )
      await pool.query(`truncate ${rows[0]?.tables} cascade`)
    },
  }
}
