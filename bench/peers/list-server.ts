import { createServer } from 'node:http'
import Stripe from 'stripe'
import { createSandbox } from 'stripe-sandbox'

/**
 * A Stripe that lists: one customer and one subscription for each owner, spread evenly over two years, and empty lists of
 * everything else. The objects are the sandbox's, made text once, so that pages are put together and not computed: what is measured is
 * who reads them. Argument: how many. Prints its port.
 */
const count = Number(process.argv[2])
const END = 1_790_000_000
const STEP = (2 * 365 * 86_400) / count

const [customer, subscription] = await makeOne()
const lists: Record<string, string> = { '/v1/customers': customer, '/v1/subscriptions': subscription }

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  response.setHeader('content-type', 'application/json')
  const template = lists[pathname]
  if (template === undefined) {
    response.end(`{"object":"list","data":[],"has_more":false,"url":"${pathname}"}`)
    return
  }
  // Newest first: the object at `index` was made at END - index * STEP.
  const after = /_bench(\d+)$/.exec(searchParams.get('starting_after') ?? '')?.[1]
  const before = Number(searchParams.get('created[lt]') ?? END + 1)
  const from = Number(searchParams.get('created[gte]') ?? 0)
  const first = Math.max(after === undefined ? 0 : Number(after) + 1, firstBelow(before))
  const end = Math.min(count, firstBelow(from))
  const last = Math.min(end, first + Number(searchParams.get('limit') ?? 10))
  const data: string[] = []
  for (let index = first; index < last; index++) data.push(objectAt(template, index))
  response.end(`{"object":"list","data":[${data.join(',')}],"has_more":${last < end},"url":"${pathname}"}`)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(`PORT ${typeof address === 'object' ? address?.port : ''}`)
})

function createdAt(index: number): number {
  return Math.floor(END - index * STEP)
}

/** Index of the first object that was made before this second. */
function firstBelow(second: number): number {
  if (second <= 0) return count
  let index = Math.max(0, Math.floor((END - second) / STEP))
  while (index > 0 && createdAt(index - 1) < second) index--
  while (index < count && createdAt(index) >= second) index++
  return Math.min(index, count)
}

function objectAt(template: string, index: number): string {
  return template.replaceAll('#INDEX#', String(index)).replaceAll('"#CREATED#"', String(createdAt(index)))
}

async function makeOne(): Promise<[string, string]> {
  const sandbox = await createSandbox({ seed: 'demo' })
  const { host, port, protocol } = sandbox
  const stripe = new Stripe(sandbox.apiKey, { host, port, protocol })
  const card = 'pm_card_visa'
  const made = await stripe.customers.create({
    email: 'owner#INDEX#@example.com',
    metadata: { billhook_owner_id: 'owner#INDEX#' },
  })
  const { id: method } = await stripe.paymentMethods.attach(card, { customer: made.id })
  await stripe.customers.update(made.id, { invoice_settings: { default_payment_method: method } })
  const bought = await stripe.subscriptions.create({
    customer: made.id,
    items: [{ price: 'price_demo_team_monthly' }],
  })
  const withIndex = (object: object) =>
    JSON.stringify({ ...object, created: '#CREATED#' })
      .replaceAll(made.id, 'cus_bench#INDEX#')
      .replaceAll(bought.id, 'sub_bench#INDEX#')
      .replaceAll(bought.items.data[0]?.id ?? 'none', 'si_bench#INDEX#')
      .replaceAll(String(bought.latest_invoice), 'in_bench#INDEX#')
  const texts: [string, string] = [
    withIndex(await stripe.customers.retrieve(made.id)),
    withIndex(await stripe.subscriptions.retrieve(bought.id)),
  ]
  await sandbox.close()
  return texts
}
