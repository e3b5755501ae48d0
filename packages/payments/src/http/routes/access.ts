import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { readAccessFacts } from '../../db/queries/access-facts.ts'
import { accessAt } from '../../domain/access.ts'
import { presentAccess } from '../../domain/present-access.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { ACTIVE, accessSchema, NOTHING, PAST_DUE, REFUNDED } from '../schemas/access.ts'
import { errorsOf } from '../schemas/error.ts'

export const accessRoute = createRoute({
  method: 'get',
  path: '/payments/access',
  operationId: 'getAccess',
  tags: ['payments'],
  summary: 'Get what the caller may use now',
  description:
    "The features of the caller's plans and purchases, until when, and why. From the mirror; Stripe is not asked. Statuses, grace, refunds and lost disputes are judged as in docs/5-access.md.",
  security: [{ bearer: [] }],
  responses: {
    200: {
      description: 'What may be used, and what gives it.',
      content: {
        'application/json': {
          schema: accessSchema,
          examples: {
            active: { value: ACTIVE },
            past_due: { value: PAST_DUE },
            refunded: { value: REFUNDED },
            nothing: { value: NOTHING },
          },
        },
      },
    },
    ...errorsOf([]),
  },
})

export function mountAccess(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { db, clock, policy, guards } = context

  app.openapi(guarded(accessRoute, guards.read), async (c) => {
    const facts = await readAccessFacts(db.query, c.get('principal').ownerId)
    return c.json(presentAccess(accessAt(facts, policy, clock.now())), 200)
  })
}
