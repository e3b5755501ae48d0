import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  findAppEvent,
  type LoggedAppEvent,
  listAppEvents,
  replayAppEvents,
  retryDeliveries,
} from '../../db/queries/outbox-log.ts'
import { eventIdOf, outboxIdOf } from '../../domain/app-events.ts'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentAppEvent } from '../present-operations.ts'
import { errorsOf } from '../schemas/error.ts'
import {
  outboxEventSchema,
  outboxEventWithDataSchema,
  outboxIdSchema,
  outboxQuerySchema,
  outboxSchema,
} from '../schemas/outbox.ts'

const shared = { tags: ['operations'], security: [{ bearer: [] }] }

export const outboxRoute = createRoute({
  ...shared,
  method: 'get',
  path: '/payments/admin/outbox',
  operationId: 'listOutbox',
  summary: 'List what the app was told',
  description: 'For operators. Latest first, with what became of each delivery.',
  request: { query: outboxQuerySchema },
  responses: {
    200: { description: 'One page.', content: { 'application/json': { schema: outboxSchema } } },
    ...errorsOf(['unknown_app_event', 'validation_failed']),
  },
})

export const outboxEventRoute = createRoute({
  ...shared,
  method: 'get',
  path: '/payments/admin/outbox/{id}',
  operationId: 'getOutboxEvent',
  summary: 'Get one app event with its data',
  description: 'For operators.',
  request: { params: outboxIdSchema },
  responses: {
    200: {
      description: 'The event.',
      content: { 'application/json': { schema: outboxEventWithDataSchema } },
    },
    ...errorsOf(['unknown_app_event', 'validation_failed']),
  },
})

export const retryOutboxRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/outbox/{id}/retry',
  operationId: 'retryOutboxEvent',
  summary: 'Deliver an app event that was not taken again, now',
  description: 'For operators. Its failures are counted anew. What was taken is not sent again: see replay.',
  request: { params: outboxIdSchema },
  responses: {
    200: { description: 'It waits.', content: { 'application/json': { schema: outboxEventSchema } } },
    ...errorsOf(['unknown_app_event', 'validation_failed']),
  },
})

export const replayOutboxRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/outbox/{id}/replay',
  operationId: 'replayOutboxEvent',
  summary: 'Deliver an app event again to everybody',
  description:
    'For operators. To every target there is now, whether it took the event or not, under the same id: a receiver that remembers ids drops what it has.',
  request: { params: outboxIdSchema },
  responses: {
    200: { description: 'It waits.', content: { 'application/json': { schema: outboxEventSchema } } },
    ...errorsOf(['unknown_app_event', 'validation_failed']),
  },
})

export function mountOutbox(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { db, clock, guards } = context
  const present = (event: LoggedAppEvent) => presentAppEvent(event, context.installationId)

  app.openapi(guarded(outboxRoute, guards.operate), async (c) => {
    const { status, type, owner_id: ownerId, limit, starting_after: startingAfter } = c.req.valid('query')
    const after = startingAfter === undefined ? undefined : (await findEvent(startingAfter)).id
    // One more than asked for tells whether there is a next page.
    const events = await listAppEvents(db.query, { status, type, ownerId, after, limit: limit + 1 })
    return c.json({ data: events.slice(0, limit).map(present), has_more: events.length > limit }, 200)
  })

  app.openapi(guarded(outboxEventRoute, guards.operate), async (c) => {
    const event = await findEvent(c.req.valid('param').id)
    return c.json({ ...present(event), data: event.payload }, 200)
  })

  app.openapi(guarded(retryOutboxRoute, guards.operate), async (c) => {
    const { id } = await findEvent(c.req.valid('param').id)
    await retryDeliveries(db.query, { ids: [id] }, clock.now())
    return c.json(present(await findEvent(c.req.valid('param').id)), 200)
  })

  app.openapi(guarded(replayOutboxRoute, guards.operate), async (c) => {
    const { id } = await findEvent(c.req.valid('param').id)
    await replayAppEvents(db.query, { ids: [id] }, clock.now())
    return c.json(present(await findEvent(c.req.valid('param').id)), 200)
  })

  /** An id of another database is as unknown as one that never was. */
  async function findEvent(eventId: string): Promise<LoggedAppEvent> {
    const id = outboxIdOf(eventId)
    const event = id === null ? null : await findAppEvent(db.query, id)
    if (!event || eventIdOf(event.id, context.installationId) !== eventId)
      throw new DomainError('unknown_app_event')
    return event
  }
}
