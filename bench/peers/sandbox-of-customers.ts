import { createServer } from 'node:http'
import Stripe from 'stripe'
import { createSandbox } from 'stripe-sandbox'
import { addSubscribers } from '../subscribers.ts'

/**
 * A local Stripe with customers who have just paid for their first month. Argument: how many. Prints its port, and the port
 * where all that it has announced about them can be fetched as a JSON list of bodies, oldest first.
 */
const count = Number(process.argv[2])
const LANES = 8
/** Both sides know these. */
const TYPES = /^(customer\.subscription|invoice\.|payment_intent|charge|invoice_payment\.paid)/

const sandbox = await createSandbox({ inspector: false })
const stripe = new Stripe(sandbox.apiKey, { host: '127.0.0.1', port: sandbox.port, protocol: 'http' })
await addSubscribers(stripe, count, LANES)

const bodies: string[] = []
for await (const event of stripe.events.list({ limit: 100 })) {
  if (TYPES.test(event.type)) bodies.push(JSON.stringify(event))
}
// The list is newest first.
const answer = JSON.stringify(bodies.reverse())
const server = createServer((_, response) => response.end(answer))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(`EVENTS ${typeof address === 'object' ? address?.port : ''} PORT ${sandbox.port}`)
})
