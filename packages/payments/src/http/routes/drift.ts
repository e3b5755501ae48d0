import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { listDrift } from '../../db/queries/drift.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentDrift } from '../present-operations.ts'
import { errorsOf } from '../schemas/error.ts'
import { driftQuerySchema, driftSchema } from '../schemas/operations.ts'

export const driftRoute = createRoute({
  method: 'get',
  path: '/payments/admin/drift',
  operationId: 'listDrift',
  tags: ['operations'],
  summary: 'List where the mirror differed from Stripe',
  description:
    'For operators. Each record was repaired when it was found: a webhook was missed, and the event feed or the sweep noticed. Latest first.',
  security: [{ bearer: [] }],
  request: { query: driftQuerySchema },
  responses: {
    200: { description: 'One page.', content: { 'application/json': { schema: driftSchema } } },
    ...errorsOf(['validation_failed']),
  },
})

export function mountDrift(app: OpenAPIHono<AppEnv>, { db, guards }: HttpContext): void {
  app.openapi(guarded(driftRoute, guards.operate), async (c) => {
    const { resource, owner_id: ownerId, since, limit, starting_after: startingAfter } = c.req.valid('query')
    const foundSince = since === undefined ? undefined : new Date(since)
    const after = startingAfter === undefined ? undefined : Number(startingAfter)
    const rows = await listDrift(db.query, { resource, ownerId, foundSince, after, limit: limit + 1 })
    return c.json({ data: rows.slice(0, limit).map(presentDrift), has_more: rows.length > limit }, 200)
  })
}
