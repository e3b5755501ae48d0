import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  findLoggedEvent,
  ignoreEvent,
  type LoggedEvent,
  listLoggedEvents,
  readEventPayload,
  retryDeadEvents,
  retryEventNow,
} from '../../db/queries/event-log.ts'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { presentEvent, presentPayload } from '../present-operations.ts'
import { errorsOf } from '../schemas/error.ts'
import {
  countSchema,
  eventIdSchema,
  eventSchema,
  eventsQuerySchema,
  eventsSchema,
  eventWithPayloadSchema,
  ignoreBodySchema,
} from '../schemas/operations.ts'

const shared = { tags: ['operations'], security: [{ bearer: [] }] }

export const eventsRoute = createRoute({
  ...shared,
  method: 'get',
  path: '/payments/admin/events',
  operationId: 'listEvents',
  summary: 'List the events of the inbox',
  description: 'For operators. Latest received first.',
  request: { query: eventsQuerySchema },
  responses: {
    200: { description: 'One page.', content: { 'application/json': { schema: eventsSchema } } },
    ...errorsOf(['unknown_event', 'validation_failed']),
  },
})

export const eventRoute = createRoute({
  ...shared,
  method: 'get',
  path: '/payments/admin/events/{id}',
  operationId: 'getEvent',
  summary: 'Get one event with its payload',
  description: 'For operators.',
  request: { params: eventIdSchema },
  responses: {
    200: {
      description: 'The event.',
      content: { 'application/json': { schema: eventWithPayloadSchema } },
    },
    ...errorsOf(['unknown_event', 'validation_failed']),
  },
})

export const retryEventRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/events/{id}/retry',
  operationId: 'retryEvent',
  summary: 'Work off an event again, now',
  description:
    'For operators. Its failures are counted anew. An event that was processed may be retried too: what it rang for is fetched again.',
  request: { params: eventIdSchema },
  responses: {
    200: { description: 'It waits.', content: { 'application/json': { schema: eventSchema } } },
    ...errorsOf(['unknown_event', 'validation_failed']),
  },
})

export const retryDeadEventsRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/events/retry-dead',
  operationId: 'retryDeadEvents',
  summary: 'Work off all events that were given up again, now',
  description: 'For operators, when what made them fail is mended. Their failures are counted anew.',
  responses: {
    200: { description: 'They wait.', content: { 'application/json': { schema: countSchema } } },
    ...errorsOf([]),
  },
})

export const ignoreEventRoute = createRoute({
  ...shared,
  method: 'post',
  path: '/payments/admin/events/{id}/ignore',
  operationId: 'ignoreEvent',
  summary: 'Give an event up',
  description: 'For operators. It waits no longer; a retry brings it back.',
  request: {
    params: eventIdSchema,
    body: { content: { 'application/json': { schema: ignoreBodySchema } } },
  },
  responses: {
    200: { description: 'It is ignored.', content: { 'application/json': { schema: eventSchema } } },
    ...errorsOf(['unknown_event', 'event_processed', 'validation_failed']),
  },
})

export function mountEvents(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { db, clock, guards } = context
  const present = (event: LoggedEvent) => presentEvent(event, clock.now())

  app.openapi(guarded(eventsRoute, guards.operate), async (c) => {
    const { status, type, customer, limit, starting_after: startingAfter } = c.req.valid('query')
    const after = startingAfter === undefined ? undefined : await findEvent(startingAfter)
    // One more than asked for tells whether there is a next page.
    const filter = { status, type, stripeCustomerId: customer, after, limit: limit + 1 }
    const events = await listLoggedEvents(db.query, filter)
    return c.json({ data: events.slice(0, limit).map(present), has_more: events.length > limit }, 200)
  })

  app.openapi(guarded(eventRoute, guards.operate), async (c) => {
    const event = await findEvent(c.req.valid('param').id)
    const payload = presentPayload(await readEventPayload(db.query, event.id))
    return c.json({ ...present(event), payload }, 200)
  })

  app.openapi(guarded(retryDeadEventsRoute, guards.operate), async (c) =>
    c.json({ count: await retryDeadEvents(db.query, clock.now()) }, 200),
  )

  app.openapi(guarded(retryEventRoute, guards.operate), async (c) => {
    const event = await retryEventNow(db.query, c.req.valid('param').id, clock.now())
    if (!event) throw new DomainError('unknown_event')
    return c.json(present(event), 200)
  })

  app.openapi(guarded(ignoreEventRoute, guards.operate), async (c) => {
    const { id } = await findEvent(c.req.valid('param').id)
    const { note = 'ignored by an operator' } = c.req.valid('json')
    const event = await ignoreEvent(db.query, id, note, clock.now())
    if (!event) throw new DomainError('event_processed')
    return c.json(present(event), 200)
  })

  async function findEvent(id: string): Promise<LoggedEvent> {
    const event = await findLoggedEvent(db.query, id)
    if (!event) throw new DomainError('unknown_event')
    return event
  }
}
