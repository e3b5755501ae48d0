import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { openPortal } from '../../actions/open-portal.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { portalSchema } from '../schemas/checkout.ts'
import { errorsOf } from '../schemas/error.ts'

export const portalRoute = createRoute({
  method: 'get',
  path: '/payments/create-billing-portal-session',
  operationId: 'createBillingPortalSession',
  tags: ['payments'],
  summary: 'Open the billing portal',
  description: 'Invoices, payment methods, cancel and undo, on pages of Stripe.',
  security: [{ bearer: [] }],
  request: {
    query: z.object({
      return_path: z
        .string()
        .max(1024)
        .optional()
        .openapi({
          param: { name: 'return_path', in: 'query' },
          description: 'Where the portal links back to: a path below FRONTEND_URL. Default `/account`.',
          example: '/account',
        }),
    }),
  },
  responses: {
    200: {
      description: 'Send the customer to `portal_url` at once.',
      content: { 'application/json': { schema: portalSchema } },
    },
    ...errorsOf(['no_customer', 'invalid_return_path', 'validation_failed'], { asksStripe: true }),
  },
})

export function mountPortal(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  app.openapi(guarded(portalRoute, context.guards.spend), async (c) => {
    const { return_path: returnPath } = c.req.valid('query')
    const url = await openPortal(context, c.get('principal'), { returnPath })
    return c.json({ portal_url: url }, 200)
  })
}
