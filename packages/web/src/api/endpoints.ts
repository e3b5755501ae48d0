import { type Decoded, flag, list, nullable, number, object, text } from './decode.ts'
import { request } from './request.ts'

// Absent, and null to us, where it is one.
const intervalCount = nullable(number)

const recurrence = object({ interval: text, interval_count: intervalCount })

const products = list(
  object({
    id: text,
    name: text,
    description: nullable(text),
    prices: list(
      object({
        id: text,
        unit_amount: nullable(number),
        currency: text,
        recurring: nullable(recurrence),
      }),
    ),
  }),
)

const plans = list(
  object({
    id: number,
    name: text,
    stripe_price_id: text,
    price: number,
    interval: text,
    interval_count: intervalCount,
    features: list(text),
    is_active: flag,
  }),
)

export const subscription = object({
  id: text,
  status: text,
  current_period_start: text,
  current_period_end: text,
  cancel_at_period_end: flag,
  plan: object({
    id: text,
    nickname: nullable(text),
    amount: nullable(number),
    currency: text,
    interval: nullable(text),
    interval_count: intervalCount,
  }),
})

const checkout = object({ checkout_url: text, session_id: text })

export type Product = Decoded<typeof products>[number]
export type Plan = Decoded<typeof plans>[number]
export type Subscription = Decoded<typeof subscription>

export function getProducts(type: 'one_time' | 'subscription', signal: AbortSignal): Promise<Product[]> {
  return request(products, 'GET', `/payments/products/?product_type=${type}`, { signal })
}

export function getPlans(signal: AbortSignal): Promise<Plan[]> {
  return request(plans, 'GET', '/payments/get-plans', { signal })
}

/** The subscription of the person who is logged in, or null. */
export async function getSubscription(signal: AbortSignal): Promise<Subscription | null> {
  const answer = await request(
    object({ subscription: nullable(subscription) }),
    'GET',
    '/payments/get-user-subscription',
    { signal },
  )
  return answer.subscription
}

/** Ends the subscription with its period, or at once when that is not paid; answers what the API says about it. */
export async function cancelSubscription(): Promise<string> {
  const answer = await request(object({ message: text }), 'DELETE', '/payments/cancel-subscription')
  return answer.message
}

/** Answers the address of the hosted Checkout. */
export async function startSubscriptionCheckout(priceId: string): Promise<string> {
  const answer = await request(checkout, 'POST', '/payments/create-checkout-session', {
    body: { price_id: priceId },
  })
  return answer.checkout_url
}

/** Answers the address of the hosted Checkout. The same `idempotencyKey` is the same purchase, however often it is sent. */
export async function startOneTimeCheckout(
  priceId: string,
  productId: string,
  idempotencyKey: string,
): Promise<string> {
  const answer = await request(checkout, 'POST', '/payments/create-checkout-session-onetime', {
    body: { price_id: priceId, product_id: productId },
    idempotencyKey,
  })
  return answer.checkout_url
}

/** Answers the address of the billing portal. */
export async function openPortal(): Promise<string> {
  const answer = await request(object({ portal_url: text }), 'GET', '/payments/create-billing-portal-session')
  return answer.portal_url
}

/** The demo's login: no password, everybody is who they say. Answers an access token. */
export async function logIn(email: string): Promise<string> {
  const answer = await request(object({ access_token: text }), 'POST', '/demo/login', { body: { email } })
  return answer.access_token
}
