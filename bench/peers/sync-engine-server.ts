import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import Stripe from 'stripe'

// Its ES module cannot find its own migrations (it uses __dirname there); its CommonJS one can.
const require = createRequire(import.meta.url)
const {
  runMigrations,
  StripeSync,
}: typeof import('@supabase/stripe-sync-engine') = require('@supabase/stripe-sync-engine')

/**
 * The peer: `processWebhook` of @supabase/stripe-sync-engine behind a bare Node server, as its README shows it.
 * Arguments: database URL, signing secret and, to let it ask for each object instead of believing the event, the port of a
 * local Stripe. Prints its port.
 */
const [databaseUrl = '', secret = '', stripePort] = process.argv.slice(2)
await runMigrations({ databaseUrl, schema: 'stripe' })
const sync = new StripeSync({
  poolConfig: { connectionString: databaseUrl, max: 10 },
  stripeSecretKey: 'sk_test_sandbox',
  stripeWebhookSecret: secret,
  revalidateObjectsViaStripeApi:
    stripePort === undefined ? [] : ['charge', 'customer', 'invoice', 'payment_intent', 'subscription'],
  // Otherwise it also asks for the customer of each object.
  backfillRelatedEntities: stripePort === undefined,
})
if (stripePort !== undefined) {
  // Its own client with another address: it has no setting for that.
  sync.stripe = new Stripe('sk_test_sandbox', { host: '127.0.0.1', port: stripePort, protocol: 'http' })
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    try {
      await sync.processWebhook(Buffer.concat(chunks), String(request.headers['stripe-signature']))
      response.writeHead(200, { 'content-length': 0 }).end()
    } catch (error) {
      console.error(String(error))
      process.exitCode = 1
      response.writeHead(400, { 'content-length': 0 }).end()
    }
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(`PORT ${typeof address === 'object' ? address?.port : ''}`)
})
