import { z } from '@hono/zod-openapi'
import { subscriptionSchema } from './subscription.ts'

/** Ids of Stripe, or of one's own: products, and prices that were plans, may have been given one (`gold-monthly`). */
const stripeId = (prefix: string) =>
  z
    .string()
    .max(255)
    .regex(/^[\w.-]+$/, `must be an id such as ${prefix}_xxxxxx`)
    .openapi({ example: `${prefix}_xxxxxx` })

const returnPaths = {
  success_path: z.string().max(1024).optional().openapi({
    description: 'Where the buyer lands after paying: a path below FRONTEND_URL. Default `/success`.',
    example: '/welcome',
  }),
  cancel_path: z.string().max(1024).optional().openapi({
    description: 'Where the buyer lands after turning back: a path below FRONTEND_URL. Default `/pricing`.',
    example: '/pricing',
  }),
}

export const subscriptionCheckoutSchema = z
  .object({ price_id: stripeId('price'), ...returnPaths })
  .openapi('SubscriptionCheckout', { example: { price_id: 'price_xxxxxx' } })

export const oneTimeCheckoutSchema = z
  .object({ price_id: stripeId('price'), product_id: stripeId('prod'), ...returnPaths })
  .openapi('OneTimeCheckout', { example: { price_id: 'price_xxxxxx', product_id: 'prod_xxxxxx' } })

export const checkoutSchema = z
  .object({
    checkout_url: z.string().openapi({ description: 'Send the buyer here.' }),
    session_id: z.string(),
  })
  .openapi('Checkout', {
    example: {
      checkout_url: 'https://checkout.stripe.com/pay/cs_xxxxxx',
      session_id: 'cs_xxxxxx',
    },
  })

export const idempotencyKeyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional()
    .openapi({
      description:
        'A request sent again under the same key within 24 hours gets the first answer; it is not done twice.',
      example: '5b0c2c52-1f6b-4f0e-9d3e-0d6f2f1f9a77',
    }),
})

export const confirmCheckoutSchema = z
  .object({ session_id: stripeId('cs') })
  .openapi('ConfirmCheckout', { example: { session_id: 'cs_xxxxxx' } })

export const confirmedCheckoutSchema = z
  .object({
    status: z.string().openapi({ description: 'open, complete or expired.' }),
    payment_status: z.string().openapi({ description: 'paid, unpaid or no_payment_required.' }),
    purchase: z
      .object({
        items: z.array(
          z.object({
            price_id: z.string().nullable(),
            product_id: z.string().nullable(),
            description: z.string().nullable(),
            quantity: z.int().nullable(),
            amount: z.int(),
            currency: z.string(),
          }),
        ),
        amount: z.int().nullable().openapi({ description: 'Total, in minor units of `currency`.' }),
        currency: z.string().nullable(),
      })
      .nullable()
      .openapi({
        description: 'What was bought; null for a subscription and while the session is not complete.',
      }),
    subscription: subscriptionSchema
      .nullable()
      .openapi({ description: 'The subscription that this checkout started; null for a one-time purchase.' }),
  })
  .openapi('ConfirmedCheckout', {
    example: {
      status: 'complete',
      payment_status: 'paid',
      purchase: null,
      subscription: {
        id: 'sub_xxxxxx',
        status: 'active',
        current_period_start: '2024-01-01T00:00:00Z',
        current_period_end: '2024-02-01T00:00:00Z',
        cancel_at_period_end: false,
        plan: {
          id: 'price_xxxxxx',
          nickname: 'Premium Plan',
          amount: 2999,
          currency: 'usd',
          interval: 'month',
        },
      },
    },
  })

export const portalSchema = z
  .object({ portal_url: z.string().openapi({ description: 'Usable for a few minutes: open it at once.' }) })
  .openapi('Portal', { example: { portal_url: 'https://billing.stripe.com/session/xxxxxx' } })
