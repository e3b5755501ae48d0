import { z } from '@hono/zod-openapi'
import { driftQuerySchema } from './operations.ts'
import { instantSchema } from './subscription.ts'

const STATUSES = ['found', 'settling', 'settled', 'left'] as const
const { owner_id, limit, starting_after } = driftQuerySchema.shape

export const duplicatesQuerySchema = z.object({
  status: z
    .enum(STATUSES)
    .optional()
    .openapi({ param: { name: 'status', in: 'query' }, example: 'left' }),
  owner_id,
  limit,
  starting_after,
})

const DUPLICATE = {
  id: '42',
  owner_id: 'user_1',
  subscription_ids: ['sub_older', 'sub_newer'],
  status: 'settled',
  ended_ids: ['sub_newer'],
  note: null,
  found_at: '2024-01-01T00:00:00Z',
  finished_at: '2024-01-01T00:00:05Z',
} as const

const duplicateSchema = z
  .object({
    id: z.string(),
    owner_id: z.string(),
    subscription_ids: z
      .array(z.string())
      .openapi({ description: 'Those that had not ended when it was found.' }),
    status: z.enum(STATUSES).openapi({
      description:
        'found: nothing was decided yet; settling: what was decided is under way; settled: done; left: to you, and `note` says why. While a payment is on its way, `note` of the first two says what is waited for.',
    }),
    ended_ids: z.array(z.string()).openapi({ description: 'Which of them the policy decided to end.' }),
    note: z.string().nullable(),
    found_at: instantSchema,
    finished_at: instantSchema.nullable(),
  })
  .openapi('DuplicateSubscriptions', { example: DUPLICATE })

export const duplicatesSchema = z
  .object({ data: z.array(duplicateSchema), has_more: z.boolean() })
  .openapi('DuplicateSubscriptionsList', { example: { data: [DUPLICATE], has_more: false } })

export const duplicateIdSchema = z.object({
  id: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the id of a case')
    .openapi({ param: { name: 'id', in: 'path' }, example: '42' }),
})

const SUBSCRIPTIONS = [
  { id: 'sub_older', status: 'active' },
  { id: 'sub_newer', status: 'canceled' },
]

export const duplicateInFullSchema = duplicateSchema
  .extend({
    subscriptions: z
      .array(z.object({ id: z.string(), status: z.string().nullable() }))
      .openapi({ description: 'What the mirror says of each now; null where it has none.' }),
  })
  .openapi('DuplicateSubscriptionsInFull', { example: { ...DUPLICATE, subscriptions: SUBSCRIPTIONS } })
