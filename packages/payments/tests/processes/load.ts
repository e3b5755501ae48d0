import type { Stripe } from '../../src/stripe/client.ts'
import { pay } from '../support/shop.ts'
import type { Site } from './site.ts'

export interface Customer {
  ownerId: string
  id: string
  subscription: Stripe.Subscription
  /** Checkout sessions of what was bought once. */
  bought: string[]
}

export interface Shop {
  plans: [string, string]
  oneTime: string
}

/** Owners with a subscription each. */
export async function addCustomers(
  site: Site,
  count: number,
): Promise<{ shop: Shop; customers: Customer[] }> {
  const shop = await openShop(site)
  const all = Array.from({ length: count }, (_, number) => addCustomer(site, shop, number))
  return { shop, customers: await Promise.all(all) }
}

async function openShop({ stripe }: Site): Promise<Shop> {
  const plan = await stripe.products.create({ name: 'Plan' })
  const once = await stripe.products.create({ name: 'Template' })
  const monthly = (unit_amount: number) =>
    stripe.prices.create({
      ...{ product: plan.id, unit_amount, currency: 'usd', recurring: { interval: 'month' } },
    })
  const [small, large] = [await monthly(900), await monthly(1_900)]
  const { id } = await stripe.prices.create({ product: once.id, unit_amount: 1_500, currency: 'usd' })
  return { plans: [small.id, large.id], oneTime: id }
}

async function addCustomer(site: Site, shop: Shop, number: number): Promise<Customer> {
  const { stripe, db } = site
  const ownerId = `owner ${number}`
  const customer = await stripe.customers.create({})
  await db.pool.query(
    `insert into billhook.customers (owner_id, stripe_customer_id, created_at, updated_at) values ($1, $2, now(), now())`,
    [ownerId, customer.id],
  )
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } })
  const subscription = await subscribe(site, shop, customer.id)
  return { ownerId, id: customer.id, subscription, bought: [] }
}

async function subscribe({ stripe }: Site, { plans }: Shop, customer: string): Promise<Stripe.Subscription> {
  return await stripe.subscriptions.create({ customer, items: [{ price: plans[0] }] })
}

/** Changes something of somebody, again and again, until the work is over. Straight at the local Stripe: it never fails there. */
export async function changeUntil(
  site: Site,
  { shop, customers }: { shop: Shop; customers: readonly Customer[] },
  work: Promise<unknown>,
): Promise<void> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  work.then(over, over)
  for (let number = 0; !isOver; number++) {
    const customer = customers[number % customers.length]
    // Another change in each round, so that everybody gets every kind.
    const kind = number + Math.floor(number / customers.length)
    if (customer) await change(site, shop, customer, kind)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

/** Most of these are told to the app; a seat and an address are not. */
async function change(site: Site, shop: Shop, customer: Customer, kind: number): Promise<void> {
  const { stripe } = site
  const { id, subscription, bought } = customer
  const item = subscription.items.data[0]?.id ?? ''
  switch (kind % 6) {
    case 0:
      bought.push(await buy(site, shop, id))
      return
    case 1:
      await stripe.subscriptions.update(subscription.id, { items: [{ id: item, quantity: 1 + (kind % 5) }] })
      return
    case 2:
      await stripe.subscriptions.cancel(subscription.id)
      customer.subscription = await subscribe(site, shop, id)
      return
    case 3: {
      const session = bought.at(-1)
      if (session) await giveBackOne(site, session)
      return
    }
    case 4:
      await stripe.subscriptions.update(subscription.id, { items: [{ id: item, price: shop.plans[1] }] })
      return
    default:
      await stripe.customers.update(id, { email: `${kind}@example.com` })
  }
}

/** Through Checkout. Returns the session. */
async function buy({ stripe }: Site, { oneTime }: Shop, customer: string): Promise<string> {
  const { id, url } = await stripe.checkout.sessions.create({
    ...{ customer, mode: 'payment', line_items: [{ price: oneTime, quantity: 1 }] },
    success_url: 'http://localhost:3000/success',
  })
  if (url === null) throw new Error(`${id} has no page`)
  await pay(url)
  return id
}

/** Does not ask for the session, because the load only writes: reading is what may stall. */
async function giveBackOne({ stripe, sandbox }: Site, sessionId: string): Promise<void> {
  const payment = sandbox.context.store.get('checkout.session', sessionId)?.payment_intent
  if (typeof payment === 'string') await stripe.refunds.create({ payment_intent: payment, amount: 100 })
}
