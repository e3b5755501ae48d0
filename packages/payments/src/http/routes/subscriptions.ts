import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { cancelSubscription } from '../../actions/cancel-subscription.ts'
import { findCurrentSubscriptions } from '../../db/queries/current-subscription.ts'
import { createSharedReads } from '../../db/shared-reads.ts'
import { instant } from '../../domain/instant.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentSubscription } from '../present-subscription.ts'
import { errorsOf } from '../schemas/error.ts'
import { canceledSubscriptionSchema, userSubscriptionSchema } from '../schemas/subscription.ts'

export const userSubscriptionRoute = createRoute({
  method: 'get',
  path: '/payments/get-user-subscription',
  operationId: 'getUserSubscription',
  tags: ['payments'],
  summary: "Get the caller's subscription",
  description:
    'From the mirror; Stripe is not asked. Of several the one with the best status, then one that goes on before one that ends, then the newest.',
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'The subscription, or null with a message.',
      content: {
        'application/json': {
          schema: userSubscriptionSchema,
          examples: {
            active: {
              value: {
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
            },
            none: { value: { subscription: null, message: 'No active subscription' } },
          },
        },
      },
    },
    ...errorsOf([]),
  },
})

export const cancelSubscriptionRoute = createRoute({
  method: 'delete',
  path: '/payments/cancel-subscription',
  operationId: 'cancelSubscription',
  tags: ['payments'],
  summary: "Cancel the caller's subscription at the end of its period",
  description:
    'One whose current period is not paid (past_due, unpaid, paused, incomplete) ends at once, and its open invoice is collected no more; what a schedule has planned for it is dropped. May be repeated: a subscription that is canceled already is answered the same way, unless the caller has another one that goes on; then that one is canceled.',
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'It ends with its period, or has ended: `status` says which.',
      content: { 'application/json': { schema: canceledSubscriptionSchema } },
    },
    ...errorsOf(['no_subscription'], { asksStripe: true }),
  },
})

export function mountSubscriptions(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { db, guards } = context
  const readSubscription = createSharedReads((ownerIds) => findCurrentSubscriptions(db, ownerIds))

  app.openapi(guarded(userSubscriptionRoute, guards.read), async (c) => {
    const subscription = await readSubscription(c.get('principal').ownerId)
    if (!subscription) return c.json({ subscription: null, message: 'No active subscription' as const }, 200)
    return c.json({ subscription: presentSubscription(subscription) }, 200)
  })

  app.openapi(guarded(cancelSubscriptionRoute, guards.spend), async (c) => {
    const subscription = await cancelSubscription(context, c.get('principal'))
    return c.json(
      {
        message: 'Subscription canceled successfully' as const,
        subscription: {
          id: subscription.id,
          status: subscription.status,
          cancel_at_period_end: subscription.endsWithPeriod,
          current_period_end: instant(subscription.currentPeriodEnd),
        },
      },
      200,
    )
  })
}
