import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { findDuplicate, listDuplicates } from '../../db/queries/duplicate-subscriptions.ts'
import { findSubscriptionStatuses } from '../../db/queries/subscriptions.ts'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentDuplicate, presentDuplicateInFull } from '../present-operations.ts'
import {
  duplicateIdSchema,
  duplicateInFullSchema,
  duplicatesQuerySchema,
  duplicatesSchema,
} from '../schemas/duplicates.ts'
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

export const duplicateRoute = createRoute({
  method: 'get',
  path: '/payments/admin/duplicates/{id}',
  operationId: 'getDuplicate',
  tags: ['operations'],
  summary: 'Get one case with its subscriptions as they are now',
  description: 'For operators.',
  security: [{ bearer: [] }],
  request: { params: duplicateIdSchema },
  responses: {
    200: { description: 'The case.', content: { 'application/json': { schema: duplicateInFullSchema } } },
    ...errorsOf(['unknown_duplicate', 'validation_failed']),
  },
})

export function mountDuplicates(app: OpenAPIHono<AppEnv>, { db, guards }: HttpContext): void {
  app.openapi(guarded(duplicatesRoute, guards.operate), async (c) => {
    const { status, owner_id: ownerId, limit, starting_after: startingAfter } = c.req.valid('query')
    const after = startingAfter === undefined ? undefined : Number(startingAfter)
    const rows = await listDuplicates(db.query, { status, ownerId, after, limit: limit + 1 })
    return c.json({ data: rows.slice(0, limit).map(presentDuplicate), has_more: rows.length > limit }, 200)
  })

  app.openapi(guarded(duplicateRoute, guards.operate), async (c) => {
    const row = await findDuplicate(db.query, Number(c.req.valid('param').id))
    if (!row) throw new DomainError('unknown_duplicate')
    const statuses = await findSubscriptionStatuses(db.query, row.subscription_ids)
    return c.json(presentDuplicateInFull(row, statuses), 200)
  })
}
