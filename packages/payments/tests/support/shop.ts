import type { Stripe } from '../../src/stripe/client.ts'
import type { Api } from './api.ts'
import { mirror } from './mirror.ts'

export interface Offer {
  productId: string
  priceId: string
}

/** Puts something on sale: at the local Stripe, and in the mirror as the catalogue's sync would. */
export async function sell(
  api: Api,
  options: { name?: string; amountMinor?: number; isRecurring?: boolean; productId?: string } = {},
): Promise<Offer> {
  const { name = 'Premium Plan', amountMinor = 2999, isRecurring = true } = options
  const { productId } = options
  const product = await api.stripe.products.create({
    name,
    ...(productId !== undefined && { id: productId }),
  })
  const price = await api.stripe.prices.create({
    product: product.id,
    unit_amount: amountMinor,
    currency: 'usd',
    ...(isRecurring && { recurring: { interval: 'month' as const } }),
  })
  const { db } = api.database
  await mirror.product(db, { id: product.id, name })
  await mirror.price(db, {
    id: price.id,
    product_id: product.id,
    kind: isRecurring ? 'recurring' : 'one_time',
    unit_amount_minor: amountMinor,
  })
  return { productId: product.id, priceId: price.id }
}

/** Pays on the hosted page as a buyer would: fills in the form and presses the button. Answers where the page leads. */
export async function pay(checkoutUrl: string, card = '4242 4242 4242 4242'): Promise<Response> {
  const form = new URLSearchParams({
    email: 'buyer@example.com',
    number: card,
    expiry: '12 / 40',
    cvc: '123',
    name: 'A Buyer',
  })
  return await fetch(checkoutUrl, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    headers: { Origin: new URL(checkoutUrl).origin },
  })
}

/** Every Checkout session that Stripe has of this owner's customer. */
export async function sessionsOf(api: Api, ownerId: string): Promise<Stripe.Checkout.Session[]> {
  const customer = await customerOf(api, ownerId)
  return await api.stripe.checkout.sessions.list({ customer, limit: 100 }).autoPagingToArray({ limit: 1000 })
}

/** Id of the owner's customer, as the product has it. */
export async function customerOf(api: Api, ownerId: string): Promise<string> {
  const row = await api.database.db.query
    .selectFrom('customers')
    .select('stripe_customer_id')
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (row.stripe_customer_id === null) throw new Error(`${ownerId} has no customer at Stripe yet`)
  return row.stripe_customer_id
}
