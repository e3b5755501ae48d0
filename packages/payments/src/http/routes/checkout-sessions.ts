import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { confirmCheckout } from '../../actions/confirm-checkout.ts'
import { startOneTimeCheckout } from '../../actions/start-one-time-checkout.ts'
import { startSubscriptionCheckout } from '../../actions/start-subscription-checkout.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { answerOnce } from '../idempotency.ts'
import { presentSubscription } from '../present-subscription.ts'
import {
  checkoutSchema,
  confirmCheckoutSchema,
  confirmedCheckoutSchema,
  idempotencyKeyHeaders,
  oneTimeCheckoutSchema,
  subscriptionCheckoutSchema,
} from '../schemas/checkout.ts'
import { errorsOf } from '../schemas/error.ts'

const checkoutAnswer = {
  description: 'Send the buyer to `checkout_url`.',
  content: { 'application/json': { schema: checkoutSchema } },
}

export const subscriptionCheckoutRoute = createRoute({
  method: 'post',
  path: '/payments/create-checkout-session',
  operationId: 'createCheckoutSession',
  tags: ['payments'],
  summary: 'Start a subscription checkout',
  description:
    'The same request while its checkout is open answers the same URL. A request for another price closes the open checkout first.',
  security: [{ bearer: [] }],
  request: {
    headers: idempotencyKeyHeaders,
    body: { required: true, content: { 'application/json': { schema: subscriptionCheckoutSchema } } },
  },
  responses: {
    200: checkoutAnswer,
    ...errorsOf(
      [
        'unknown_price',
        'price_not_recurring',
        'already_subscribed',
        'invalid_return_path',
        'idempotency_key_reused',
      ],
      { asksStripe: true, hasBody: true },
    ),
  },
})

export const oneTimeCheckoutRoute = createRoute({
  method: 'post',
  path: '/payments/create-checkout-session-onetime',
  operationId: 'createOnetimeCheckoutSession',
  tags: ['payments'],
  summary: 'Start a one-time checkout',
  description:
    'May be bought any number of times; every request starts its own checkout unless it carries an Idempotency-Key.',
  security: [{ bearer: [] }],
  request: {
    headers: idempotencyKeyHeaders,
    body: { required: true, content: { 'application/json': { schema: oneTimeCheckoutSchema } } },
  },
  responses: {
    200: checkoutAnswer,
    ...errorsOf(
      [
        'unknown_price',
        'price_not_one_time',
        'product_price_mismatch',
        'invalid_return_path',
        'idempotency_key_reused',
      ],
      { asksStripe: true, hasBody: true },
    ),
  },
})

export const confirmCheckoutRoute = createRoute({
  method: 'post',
  path: '/payments/confirm-checkout-session',
  operationId: 'confirmCheckoutSession',
  tags: ['payments'],
  summary: 'Confirm a checkout on the success page',
  description:
    'Brings this session up to date with Stripe now, whether or not its webhook has arrived, and answers what was bought.',
  security: [{ bearer: [] }],
  request: {
    body: { required: true, content: { 'application/json': { schema: confirmCheckoutSchema } } },
  },
  responses: {
    200: {
      description: 'What the session came to.',
      content: { 'application/json': { schema: confirmedCheckoutSchema } },
    },
    ...errorsOf(['unknown_checkout_session'], { asksStripe: true, hasBody: true }),
  },
})

export function mountCheckoutSessions(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { guards } = context

  app.openapi(guarded(subscriptionCheckoutRoute, guards.spend), async (c) => {
    const principal = c.get('principal')
    const body = c.req.valid('json')
    const key = c.req.valid('header')['idempotency-key']
    const answer = await answerOnce(
      context,
      { key, principal, path: c.req.path, body, parse: checkoutSchema.parse },
      async () => {
        const { price_id: priceId, success_path: successPath, cancel_path: cancelPath } = body
        const checkout = await startSubscriptionCheckout(context, principal, {
          priceId,
          successPath,
          cancelPath,
        })
        return { checkout_url: checkout.url, session_id: checkout.sessionId }
      },
    )
    return c.json(answer, 200)
  })

  app.openapi(guarded(oneTimeCheckoutRoute, guards.spend), async (c) => {
    const principal = c.get('principal')
    const body = c.req.valid('json')
    const key = c.req.valid('header')['idempotency-key']
    const answer = await answerOnce(
      context,
      { key, principal, path: c.req.path, body, parse: checkoutSchema.parse },
      async (intent) => {
        const { price_id: priceId, product_id: productId } = body
        const { success_path: successPath, cancel_path: cancelPath } = body
        const checkout = await startOneTimeCheckout(context, principal, {
          priceId,
          productId,
          successPath,
          cancelPath,
          intent,
        })
        return { checkout_url: checkout.url, session_id: checkout.sessionId }
      },
    )
    return c.json(answer, 200)
  })

  app.openapi(guarded(confirmCheckoutRoute, guards.spend), async (c) => {
    const { session_id: sessionId } = c.req.valid('json')
    const confirmed = await confirmCheckout(context, c.get('principal'), sessionId)
    return c.json(
      {
        status: confirmed.status,
        payment_status: confirmed.paymentStatus,
        purchase: confirmed.purchase && {
          items: confirmed.purchase.items.map(({ amount_total_minor, ...item }) => ({
            ...item,
            amount: amount_total_minor,
          })),
          amount: confirmed.purchase.amountMinor,
          currency: confirmed.purchase.currency,
        },
        subscription: confirmed.subscription && presentSubscription(confirmed.subscription),
      },
      200,
    )
  })
}
