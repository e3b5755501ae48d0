import { z } from '@hono/zod-openapi'
import { intervalCountSchema } from './interval-count.ts'

export const instantSchema = z.string().openapi({ format: 'date-time', example: '2024-02-01T00:00:00Z' })

export const subscriptionSchema = z
  .object({
    id: z.string(),
    status: z
      .string()
      .openapi({ description: "Stripe's status: active, trialing, past_due, unpaid, paused or incomplete." }),
    current_period_start: instantSchema,
    current_period_end: instantSchema,
    cancel_at_period_end: z.boolean().openapi({
      description: 'It ends at `current_period_end`, by whichever way it was canceled.',
    }),
    plan: z.object({
      id: z.string().openapi({ description: 'The price.' }),
      nickname: z.string().nullable(),
      amount: z
        .int()
        .nullable()
        .openapi({ description: 'Minor units of `currency`; null for a tiered price.' }),
      currency: z.string(),
      interval: z.string().nullable(),
      interval_count: intervalCountSchema,
    }),
  })
  .openapi('Subscription', {
    example: {
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
  })

export const userSubscriptionSchema = z
  .union([
    z.object({ subscription: subscriptionSchema }).openapi('HasSubscription'),
    z
      .object({ subscription: z.null(), message: z.literal('No active subscription') })
      .openapi('NoSubscription'),
  ])
  .openapi('UserSubscription')

export const canceledSubscriptionSchema = z
  .object({
    message: z.literal('Subscription canceled successfully'),
    subscription: subscriptionSchema
      .pick({ id: true, status: true, cancel_at_period_end: true, current_period_end: true })
      .extend({
        status: z.string().openapi({
          description: "Stripe's status: canceled (or incomplete_expired) when it has ended at once.",
        }),
      }),
  })
  .openapi('CanceledSubscription', {
    example: {
      message: 'Subscription canceled successfully',
      subscription: {
        id: 'sub_xxxxxx',
        status: 'active',
        cancel_at_period_end: true,
        current_period_end: '2024-02-01T00:00:00Z',
      },
    },
  })
