import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { errorsOf } from '../schemas/error.ts'

export const webhookRoute = createRoute({
  method: 'post',
  path: '/payments/webhook',
  operationId: 'receiveWebhook',
  tags: ['payments'],
  summary: "Receive Stripe's events",
  description:
    'Answered 200 once the event is stored, whatever its type. Signed by Stripe; takes no access token. An event that comes again is answered the same way and stored once.',
  request: {
    headers: z.object({
      'stripe-signature': z.string().optional().openapi({ example: 't=1700000000,v1=5257a869e7…' }),
    }),
    // A plain schema, which validates nothing: the signature covers the raw bytes, so nothing may parse them first.
    body: {
      required: true,
      description: 'The event exactly as Stripe sent it, byte for byte.',
      content: {
        'application/json': {
          schema: { type: 'object' as const },
          example: {
            id: 'evt_xxxxxx',
            object: 'event',
            type: 'invoice.paid',
            created: 1_704_067_200,
            livemode: false,
            api_version: '2026-10-28.endive',
            data: { object: { id: 'in_xxxxxx', object: 'invoice', customer: 'cus_xxxxxx' } },
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The event is stored.',
      content: {
        'application/json': {
          schema: z
            .object({ received: z.literal(true) })
            .openapi('Received', { example: { received: true } }),
        },
      },
    },
    ...errorsOf(
      [
        'webhook_invalid_payload',
        'webhook_invalid_signature',
        'https_required',
        'body_timeout',
        'body_too_large',
        'rate_limited',
        'internal_error',
        'database_unavailable',
        'stopping',
        'request_timeout',
      ],
      { isPublic: true },
    ),
  },
})

export function mountWebhook(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  app.openapi(guarded(webhookRoute, context.guards.webhook), async (c) => {
    const rawBody = new Uint8Array(await c.req.arrayBuffer())
    await context.receiveWebhook(rawBody, c.req.header('stripe-signature'))
    return c.json({ received: true as const }, 200)
  })
}
