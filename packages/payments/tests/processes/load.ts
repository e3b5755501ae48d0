import type { Stripe } from '../../src/stripe/client.ts'
import type { Site } from './site.ts'

export interface Customer {
  ownerId: string
  id: string
  subscription: string
  item: string
}

/** Owners with a subscription each. */
export async function addCustomers(site: Site, count: number): Promise<Customer[]> {
  const { stripe } = site
  const product = await stripe.products.create({ name: 'Plan' })
  const price = await stripe.prices.create({
    ...{ product: product.id, unit_amount: 900, currency: 'usd', recurring: { interval: 'month' } },
  })
  return await Promise.all(Array.from({ length: count }, (_, number) => addCustomer(site, price, number)))
}

async function addCustomer(site: Site, price: Stripe.Price, number: number): Promise<Customer> {
  const { stripe, db } = site
  const ownerId = `owner ${number}`
  const customer = await stripe.customers.create({})
  await db.pool.query(
    `insert into billhook.customers (owner_id, stripe_customer_id, created_at, updated_at) values ($1, $2, now(), now())`,
    [ownerId, customer.id],
  )
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
  const subscription = await stripe.subscriptions.create({
    ...{ customer: customer.id, items: [{ price: price.id }], default_payment_method: method.id },
  })
  const item = subscription.items.data[0]?.id ?? ''
  return { ownerId, id: customer.id, subscription: subscription.id, item }
}

/** Changes something of somebody, again and again, until the work is over. Straight at the local Stripe: it never fails there. */
export async function changeUntil(
  site: Site,
  customers: readonly Customer[],
  work: Promise<unknown>,
): Promise<void> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  work.then(over, over)
  for (let number = 0; !isOver; number++) {
    const customer = customers[number % customers.length]
    if (customer) await change(site, customer, number)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

async function change({ stripe }: Site, { id, subscription, item }: Customer, number: number): Promise<void> {
  switch (number % 3) {
    case 0:
      await stripe.subscriptions.update(subscription, { metadata: { number: String(number) } })
      return
    case 1:
      await stripe.subscriptions.update(subscription, { items: [{ id: item, quantity: 1 + (number % 5) }] })
      return
    default:
      await stripe.customers.update(id, { email: `${number}@example.com` })
  }
}
