import { z } from '@hono/zod-openapi'
import { intervalCountSchema } from './interval-count.ts'

export const productQuerySchema = z.object({
  product_type: z
    .enum(['one_time', 'subscription'], { error: "product_type must be 'one_time' or 'subscription'." })
    .openapi({ param: { name: 'product_type', in: 'query' }, example: 'subscription' }),
})

export const productSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    prices: z.array(
      z.object({
        id: z.string(),
        unit_amount: z.int().openapi({ description: 'Minor units of `currency`.' }),
        currency: z.string(),
        recurring: z
          .object({ interval: z.string(), interval_count: intervalCountSchema })
          .nullable()
          .openapi({ description: 'Null for a one-time price.' }),
      }),
    ),
  })
  .openapi('Product', {
    example: {
      id: 'prod_xxxxxx',
      name: 'Premium Plan',
      description: 'Full access to all features',
      metadata: {},
      prices: [{ id: 'price_xxxxxx', unit_amount: 2999, currency: 'usd', recurring: { interval: 'month' } }],
    },
  })

export const planSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    stripe_price_id: z.string(),
    price: z.int().openapi({ description: "Minor units of the price's currency." }),
    interval: z.string(),
    interval_count: intervalCountSchema,
    features: z.array(z.string()),
    is_active: z.boolean(),
  })
  .openapi('Plan', {
    example: {
      id: 1,
      name: 'Basic Plan',
      stripe_price_id: 'price_xxxxxx',
      price: 999,
      interval: 'month',
      features: ['Feature 1', 'Feature 2'],
      is_active: true,
    },
  })
