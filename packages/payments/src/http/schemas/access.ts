import { z } from '@hono/zod-openapi'
import { ACCESS_REASONS } from '../../domain/access.ts'
import type { PresentedAccess } from '../../domain/present-access.ts'
import { instantSchema } from './subscription.ts'

export const ACTIVE: PresentedAccess = {
  has_access: true,
  features: [{ name: 'Feature 1', until: null, sources: ['sub_xxxxxx'] }],
  grants: [
    {
      source: 'subscription',
      id: 'sub_xxxxxx',
      price_id: 'price_xxxxxx',
      product_ids: ['prod_xxxxxx'],
      features: ['Feature 1'],
      is_granted: true,
      reason: 'active',
      until: null,
    },
  ],
  changes_at: null,
}

export const PAST_DUE: PresentedAccess = {
  has_access: true,
  features: [{ name: 'Feature 1', until: '2024-02-08T00:00:00Z', sources: ['sub_xxxxxx'] }],
  grants: [
    {
      source: 'subscription',
      id: 'sub_xxxxxx',
      price_id: 'price_xxxxxx',
      product_ids: ['prod_xxxxxx'],
      features: ['Feature 1'],
      is_granted: true,
      reason: 'past_due_in_grace',
      until: '2024-02-08T00:00:00Z',
    },
  ],
  changes_at: '2024-02-08T00:00:00Z',
}

export const REFUNDED: PresentedAccess = {
  has_access: false,
  features: [],
  grants: [
    {
      source: 'purchase',
      id: 'cs_xxxxxx',
      price_id: null,
      product_ids: ['prod_xxxxxx'],
      features: ['Feature 2'],
      is_granted: false,
      reason: 'refunded',
      until: null,
    },
  ],
  changes_at: null,
}

export const NOTHING: PresentedAccess = { has_access: false, features: [], grants: [], changes_at: null }

const featureSchema = z
  .object({
    name: z.string(),
    until: instantSchema.nullable().openapi({ description: 'Null: it goes on.' }),
    sources: z
      .array(z.string())
      .openapi({ description: 'Subscriptions and Checkout sessions that give it.' }),
  })
  .openapi('FeatureAccess')

const grantSchema = z
  .object({
    source: z.enum(['subscription', 'purchase']),
    id: z.string().openapi({ description: 'The subscription, or the Checkout session of the purchase.' }),
    price_id: z.string().nullable(),
    product_ids: z.array(z.string()),
    features: z.array(z.string()),
    is_granted: z.boolean(),
    reason: z.enum(ACCESS_REASONS).openapi({ description: 'Why it gives access, or why not.' }),
    until: instantSchema
      .nullable()
      .openapi({ description: 'When it ends, or ended. Null: it goes on, or nobody knows.' }),
  })
  .openapi('Grant')

export const accessSchema = z
  .object({
    has_access: z.boolean().openapi({ description: 'Whether anything gives access.' }),
    features: z.array(featureSchema).openapi({ description: 'What may be used now.' }),
    grants: z
      .array(grantSchema)
      .openapi({ description: 'Every subscription and purchase of the caller, with what it gives and why.' }),
    changes_at: instantSchema
      .nullable()
      .openapi({ description: 'When time alone changes this. Until then only news from Stripe can.' }),
  })
  .openapi('Access', { example: ACTIVE })
