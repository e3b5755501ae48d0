import { createRequire } from 'node:module'
import Stripe from 'stripe'

// As in sync-engine-server.ts: only its CommonJS build finds its own migrations.
const require = createRequire(import.meta.url)
const {
  runMigrations,
  StripeSync,
}: typeof import('@supabase/stripe-sync-engine') = require('@supabase/stripe-sync-engine')

/** The peer: `syncBackfill` of @supabase/stripe-sync-engine. Arguments: database URL, port of the Stripe. Prints the seconds it took, and what is stored. */
const [databaseUrl = '', port = ''] = process.argv.slice(2)
await runMigrations({ databaseUrl, schema: 'stripe' })
const sync = new StripeSync({
  poolConfig: { connectionString: databaseUrl, max: 10 },
  stripeSecretKey: 'sk_test_bench',
  stripeWebhookSecret: 'whsec_bench',
  // Otherwise it asks for each customer of each page once more.
  backfillRelatedEntities: false,
})
// Its own client with another address: it has no setting for that.
sync.stripe = new Stripe('sk_test_bench', { host: '127.0.0.1', port, protocol: 'http' })

const began = performance.now()
await sync.syncBackfill({ object: 'customer' })
await sync.syncBackfill({ object: 'subscription' })
console.log(`SECONDS ${(performance.now() - began) / 1000}`)
const { rows } = await sync.postgresClient.pool.query(
  'select count(*)::int as stored from stripe.subscriptions',
)
console.log(`STORED ${rows[0]?.stored}`)
process.exit(0)
