import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { listDuplicates } from '../../db/queries/duplicate-subscriptions.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentDuplicate } from '../present-operations.ts'
import { duplicatesQuerySchema, duplicatesSchema } from '../schemas/duplicates.ts'
import { errorsOf } from '../schemas/error.ts'

export const duplicatesRoute = createRoute({
  method: 'get',
  path: '/payments/admin/duplicates',
  operationId: 'listDuplicates',
  tags: ['operations'],
  summary: 'List owners who had several subscriptions, and what was done',
  description:
    'For operators. Each record is one case of an owner with more than one subscription that had not ended, and what became of it. Latest first.',
  security: [{ bearer: [] }],
  request: { query: duplicatesQuerySchema },
  responses: {
    200: { description: 'One page.', content: { 'application/json': { schema: duplicatesSchema } } },
    ...errorsOf(['validation_failed']),
  },
})

export function mountDuplicates(app: OpenAPIHono<AppEnv>, { db, guards }: HttpContext): void {
  app.openapi(guarded(duplicatesRoute, guards.operate), async (c) => {
    const { status, owner_id: ownerId, limit, starting_after: startingAfter } = c.req.valid('query')
    const after = startingAfter === undefined ? undefined : Number(startingAfter)
    const rows = await listDuplicates(db.query, { status, ownerId, after, limit: limit + 1 })
    return c.json({ data: rows.slice(0, limit).map(presentDuplicate), has_more: rows.length > limit }, 200)
  })
}
