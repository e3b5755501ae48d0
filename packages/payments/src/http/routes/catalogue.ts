import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { listOfferedPlans, listOfferedProducts } from '../../db/queries/offers.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentInterval } from '../present-interval.ts'
import { planSchema, productQuerySchema, productSchema } from '../schemas/catalogue.ts'
import { errorsOf } from '../schemas/error.ts'

export const productsRoute = createRoute({
  method: 'get',
  path: '/payments/products/',
  operationId: 'listProducts',
  tags: ['payments'],
  summary: 'List products',
  description:
    'Active products with their active prices of one kind, from the mirrored catalogue. Also answers without the slash at the end.',
  security: [{ bearer: [] }],
  request: { query: productQuerySchema },
  responses: {
    200: {
      description: 'Products of this kind.',
      content: { 'application/json': { schema: z.array(productSchema) } },
    },
    ...errorsOf(['validation_failed']),
  },
})

export const plansRoute = createRoute({
  method: 'get',
  path: '/payments/get-plans',
  operationId: 'listPlans',
  tags: ['payments'],
  summary: 'List subscription plans',
  description: 'Every plan that can be bought now. A plan keeps its number for ever.',
  security: [{ bearer: [] }],
  responses: {
    200: { description: 'Plans.', content: { 'application/json': { schema: z.array(planSchema) } } },
    ...errorsOf([]),
  },
})

export function mountCatalogue(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { db, guards } = context

  for (const path of ['/payments/products/', '/payments/products'] as const) {
    app.openapi(guarded({ ...productsRoute, path }, guards.catalogue), async (c) => {
      const { product_type } = c.req.valid('query')
      const products = await listOfferedProducts(db, product_type === 'one_time' ? 'one_time' : 'recurring')
      const answer = products.map(({ prices, ...product }) => ({
        ...product,
        prices: prices.map(({ id, unitAmountMinor, currency, interval, intervalCount }) => ({
          id,
          unit_amount: unitAmountMinor,
          currency,
          recurring: interval === null ? null : presentInterval(interval, intervalCount),
        })),
      }))
      return c.json(answer, 200)
    })
  }

  app.openapi(guarded(plansRoute, guards.catalogue), async (c) => {
    const plans = await listOfferedPlans(db)
    const answer = plans.map((plan) => ({
      id: plan.id,
      name: plan.name,
      stripe_price_id: plan.stripePriceId,
      price: plan.amountMinor,
      ...presentInterval(plan.interval, plan.intervalCount),
      features: plan.features,
      is_active: plan.isActive,
    }))
    return c.json(answer, 200)
  })
}
