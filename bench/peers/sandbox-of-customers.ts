import { createServer } from 'node:http'
import Stripe from 'stripe'
import { createSandbox } from 'stripe-sandbox'

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
const price = await stripe.prices.create({
  ...{ unit_amount: 2_900, currency: 'usd', recurring: { interval: 'month' } },
  product_data: { name: 'Plan' },
})
let next = 0
const lane = async () => {
  while (next < count) {
    const customer = await stripe.customers.create({ metadata: { billhook_owner_id: `owner_${next++}` } })
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    await stripe.subscriptions.create({
      ...{ customer: customer.id, items: [{ price: price.id }], default_payment_method: method.id },
    })
  }
}
await Promise.all(Array.from({ length: LANES }, lane))

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
