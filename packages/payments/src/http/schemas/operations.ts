import { z } from '@hono/zod-openapi'
import { hasControlCharacter } from '../../domain/principal.ts'
import { instantSchema } from './subscription.ts'
import { transactionsQuerySchema } from './transactions.ts'

const { limit } = transactionsQuerySchema.shape
const word = (name: string, about: string, example: string) =>
  z
    .string()
    .max(255)
    .regex(/^[\w.:[\]-]+$/, 'must be an id or a name')
    .optional()
    .openapi({ param: { name, in: 'query' }, description: about, example })

/** Whatever a token may name an owner. */
export const ownerId = z
  .string()
  .max(255)
  .refine((id) => !hasControlCharacter(id), 'must not hold control characters')

/** A moment that a caller names; any offset. */
export const moment = z.iso
  .datetime({ offset: true })
  .openapi({ format: 'date-time', example: '2024-01-01T00:00:00Z' })

const EVENT_STATUSES = ['pending', 'processed', 'ignored', 'dead'] as const

export const eventsQuerySchema = z.object({
  status: z
    .enum(EVENT_STATUSES)
    .optional()
    .openapi({ param: { name: 'status', in: 'query' }, example: 'dead' }),
  type: word('type', "Stripe's type of the event.", 'invoice.paid'),
  customer: word('customer', 'The Stripe customer whose events these are.', 'cus_xxxxxx'),
  limit,
  starting_after: word('starting_after', 'Id of the last event of the page before.', 'evt_xxxxxx'),
})

export const eventIdSchema = z.object({
  id: z
    .string()
    .max(255)
    .regex(/^[\w.:-]+$/, 'must be an id such as evt_xxxxxx')
    .openapi({ param: { name: 'id', in: 'path' }, example: 'evt_xxxxxx' }),
})

export const ignoreBodySchema = z
  .object({
    note: z
      .string()
      .min(1)
      .max(500)
      .refine((note) => !hasControlCharacter(note), 'must not hold control characters')
      .optional()
      .openapi({ description: 'Why, for whoever looks later.', example: 'a test of the dashboard' }),
  })
  .openapi('IgnoreEvent')

export const countSchema = z
  .object({ count: z.int().openapi({ description: 'How many wait again.' }) })
  .openapi('WaitAgain', { example: { count: 3 } })

const EVENT = {
  id: 'evt_xxxxxx',
  type: 'invoice.paid',
  status: 'dead',
  group: 'cus_xxxxxx',
  doorbells: [{ resource: 'invoice', id: 'in_xxxxxx' }],
  api_version: '2026-10-28.endive',
  livemode: true,
  created_at: '2024-01-01T00:00:00Z',
  received_at: '2024-01-01T00:00:01Z',
  was_missed: false,
  attempts: 12,
  next_attempt_at: null,
  last_error: 'Error: Invoice in_xxxxxx was open and is gone at Stripe',
  note: null,
  finished_at: '2024-01-01T00:25:00Z',
  age_seconds: 3600,
} as const

export const eventSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    status: z.enum(EVENT_STATUSES),
    group: z.string().openapi({ description: 'What is synced together: a Stripe customer as a rule.' }),
    doorbells: z
      .array(z.object({ resource: z.string(), id: z.string() }))
      .openapi({ description: 'What the event says is stale.' }),
    api_version: z.string().nullable().openapi({ description: 'Of the payload.' }),
    livemode: z.boolean(),
    created_at: instantSchema,
    received_at: instantSchema,
    was_missed: z.boolean().openapi({ description: 'No webhook brought it in time; the feed found it.' }),
    attempts: z.int().openapi({ description: 'Failures so far.' }),
    next_attempt_at: instantSchema.nullable(),
    last_error: z.string().nullable(),
    note: z.string().nullable().openapi({ description: 'Why it was ignored.' }),
    finished_at: instantSchema.nullable(),
    age_seconds: z.int().nullable().openapi({ description: 'Since it was received, while it is not done.' }),
  })
  .openapi('LoggedEvent', { example: EVENT })

export const eventsSchema = z
  .object({ data: z.array(eventSchema), has_more: z.boolean() })
  .openapi('LoggedEvents', { example: { data: [EVENT], has_more: false } })

export const eventWithPayloadSchema = eventSchema
  .extend({ payload: z.unknown().openapi({ description: 'The event as Stripe sent it.' }) })
  .openapi('LoggedEventWithPayload', {
    example: { ...EVENT, payload: { id: 'evt_xxxxxx', object: 'event' } },
  })

export const driftQuerySchema = z.object({
  resource: word('resource', 'subscription, invoice, payment, …', 'subscription'),
  since: moment.optional().openapi({
    param: { name: 'since', in: 'query' },
    description: 'Those found from then on.',
  }),
  owner_id: ownerId.optional().openapi({ param: { name: 'owner_id', in: 'query' }, example: 'user_1' }),
  limit,
  starting_after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the id of a record')
    .optional()
    .openapi({
      param: { name: 'starting_after', in: 'query' },
      description: 'Id of the last record of the page before.',
      example: '42',
    }),
})

const DRIFT = {
  id: '42',
  resource: 'subscription',
  resource_id: 'sub_xxxxxx',
  owner_id: 'user_1',
  fields: [{ field: 'status', mirror: 'active', stripe: 'canceled' }],
  since: '2024-01-01T00:00:00Z',
  event: { id: 'evt_xxxxxx', type: 'customer.subscription.deleted' },
  found_by: 'feed',
  found_at: '2024-01-01T00:03:00Z',
} as const

const driftRecordSchema = z
  .object({
    id: z.string(),
    resource: z.string(),
    resource_id: z.string(),
    owner_id: z.string().nullable().openapi({ description: 'Null for products and prices.' }),
    fields: z
      .array(z.object({ field: z.string(), mirror: z.unknown(), stripe: z.unknown() }))
      .openapi({ description: 'What the mirror said and what Stripe said, field by field.' }),
    since: instantSchema.openapi({ description: 'It differed from then on, at the earliest.' }),
    event: z
      .object({ id: z.string(), type: z.string() })
      .nullable()
      .openapi({ description: 'The missed event, when it is known.' }),
    found_by: z.enum(['feed', 'sweep']),
    found_at: instantSchema,
  })
  .openapi('Drift', { example: DRIFT })

export const driftSchema = z
  .object({ data: z.array(driftRecordSchema), has_more: z.boolean() })
  .openapi('DriftList', { example: { data: [DRIFT], has_more: false } })
