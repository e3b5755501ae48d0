import { z } from '@hono/zod-openapi'
import { moment, ownerId } from './operations.ts'
import { instantSchema } from './subscription.ts'
import { transactionsQuerySchema } from './transactions.ts'

const STATUSES = ['pending', 'delivered', 'dead'] as const
const eventId = z.string().regex(/^msg_[0-9a-f]{12}_\d{1,15}$/, 'must be an id such as msg_0193a1c46f5e_42')

const type = z
  .string()
  .max(255)
  .refine((name) => /^[\w.]*$/.test(name), 'must be a type such as access.changed')

export const outboxQuerySchema = z.object({
  status: z
    .enum(STATUSES)
    .optional()
    .openapi({
      param: { name: 'status', in: 'query' },
      description: 'Those of which a delivery is in this state.',
      example: 'dead',
    }),
  type: type.optional().openapi({ param: { name: 'type', in: 'query' }, example: 'access.changed' }),
  owner_id: ownerId.optional().openapi({ param: { name: 'owner_id', in: 'query' }, example: 'user_1' }),
  limit: transactionsQuerySchema.shape.limit,
  starting_after: eventId.optional().openapi({
    param: { name: 'starting_after', in: 'query' },
    description: 'Id of the last event of the page before.',
    example: 'msg_0193a1c46f5e_42',
  }),
})

export const outboxIdSchema = z.object({
  id: eventId.openapi({ param: { name: 'id', in: 'path' }, example: 'msg_0193a1c46f5e_42' }),
})

const EVENT = {
  id: 'msg_0193a1c46f5e_42',
  type: 'subscription.canceled',
  owner_id: 'user_1',
  occurred_at: '2024-01-01T00:00:00Z',
  deliveries: [
    {
      target: 'https://app.example.com/billing-events',
      status: 'dead',
      attempts: 23,
      last_error: 'answered 500: no thanks',
      finished_at: '2024-01-04T00:00:00Z',
    },
  ],
} as const

export const outboxEventSchema = z
  .object({
    id: z.string(),
    type: z.string(),
    owner_id: z.string(),
    occurred_at: instantSchema,
    deliveries: z
      .array(
        z.object({
          target: z.string().openapi({ description: '`handlers`, or the URL of an endpoint.' }),
          status: z.enum(STATUSES),
          attempts: z.int().openapi({ description: 'Failures so far.' }),
          last_error: z.string().nullable(),
          finished_at: instantSchema.nullable(),
        }),
      )
      .openapi({ description: 'Empty when nobody was to be told when it was stored.' }),
  })
  .openapi('OutboxEvent', { example: EVENT })

export const outboxSchema = z
  .object({ data: z.array(outboxEventSchema), has_more: z.boolean() })
  .openapi('OutboxEvents', { example: { data: [EVENT], has_more: false } })

export const outboxEventWithDataSchema = outboxEventSchema
  .extend({ data: z.unknown().openapi({ description: 'As the app gets it: docs/reference/app-events.md.' }) })
  .openapi('OutboxEventWithData', { example: { ...EVENT, data: { subscription_id: 'sub_xxxxxx' } } })

export const replayBodySchema = z
  .object({
    since: moment.openapi({ description: 'Everything from then on.' }),
    owner_id: ownerId.optional().openapi({ example: 'user_1' }),
    type: type.optional().openapi({ example: 'access.changed' }),
    target: z
      .string()
      .max(2_048)
      .optional()
      .openapi({ description: 'Only to this one; all, without.', example: 'handlers' }),
  })
  .openapi('ReplayOutbox')

const TARGET = {
  name: 'https://app.example.com/billing-events',
  types: ['access.changed'],
  last_named_at: '2024-01-01T00:00:00Z',
}

const targetSchema = z
  .object({
    name: z.string().openapi({ description: '`handlers`, or the URL of an endpoint.' }),
    types: z.array(z.string()).nullable().openapi({ description: 'Null: everything.' }),
    last_named_at: instantSchema.openapi({ description: 'By a process that is configured with it.' }),
  })
  .openapi('OutboxTarget', { example: TARGET })

export const targetsSchema = z
  .object({ data: z.array(targetSchema) })
  .openapi('OutboxTargets', { example: { data: [TARGET] } })
