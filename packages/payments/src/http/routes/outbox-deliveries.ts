import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { replayAppEvents, retryDeliveries } from '../../db/queries/outbox-log.ts'
import { listTargets } from '../../db/queries/outbox-targets.ts'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentTarget } from '../present-operations.ts'
import { errorsOf } from '../schemas/error.ts'
import { countSchema } from '../schemas/operations.ts'
import { replayBodySchema, targetsSchema } from '../schemas/outbox.ts'

const shared = { tags: ['operations'], security: [{ bearer: [] }] }

export const targetsRoute = createRoute({
  ...shared,
  method: 'get',
  path: '/payments/admin/outbox/targets',
  operationId: 'listOutboxTargets',
  summary: 'List who is told at present, and what of it',
  description: 'For operators.',
  responses: {
    200: { description: 'All of them.', content: { 'application/json': { schema: targetsSchema } } },
    ...errorsOf([]),
  },
})

export const retryDeadDeliveriesRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/outbox/retry-dead',
  operationId: 'retryDeadDeliveries',
  summary: 'Deliver all that was given up again, now',
  description: 'For operators, when the receiver is mended. Failures are counted anew.',
  responses: {
    200: { description: 'They wait.', content: { 'application/json': { schema: countSchema } } },
    ...errorsOf([]),
  },
})

export const replayRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/outbox/replay',
  operationId: 'replayOutbox',
  summary: 'Deliver everything from some time on again',
  description:
    'For operators. Also what was taken, under the same ids: a receiver that remembers ids drops what it has. To every target there is now, or to one.',
  request: { body: { required: true, content: { 'application/json': { schema: replayBodySchema } } } },
  responses: {
    200: { description: 'They wait.', content: { 'application/json': { schema: countSchema } } },
    ...errorsOf(['unknown_target'], { hasBody: true }),
  },
})

/** What concerns many deliveries at once. Mounted before the routes of one event, whose path would match these. */
export function mountOutboxDeliveries(app: OpenAPIHono<AppEnv>, { db, clock, guards }: HttpContext): void {
  app.openapi(guarded(targetsRoute, guards.operate), async (c) =>
    c.json({ data: (await listTargets(db.query)).map(presentTarget) }, 200),
  )

  app.openapi(guarded(retryDeadDeliveriesRoute, guards.operate), async (c) =>
    c.json({ count: await retryDeliveries(db.query, { ids: null }, clock.now()) }, 200),
  )

  app.openapi(guarded(replayRoute, guards.operate), async (c) => {
    const { since, owner_id: ownerId, type, target } = c.req.valid('json')
    const targets = await listTargets(db.query)
    if (target !== undefined && !targets.some(({ name }) => name === target))
      throw new DomainError('unknown_target')
    const selection = { ids: null, since: new Date(since), ownerId, type, target }
    return c.json({ count: await replayAppEvents(db.query, selection, clock.now()) }, 200)
  })
}
