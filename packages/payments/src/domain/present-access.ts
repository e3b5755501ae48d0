import type { Access, AccessReason } from './access.ts'
import { instant } from './instant.ts'

/** Access as it leaves Billhook: the answer of `GET /payments/access`, and what `access.changed` carries. */
export interface PresentedAccess {
  has_access: boolean
  features: { name: string; until: string | null; sources: string[] }[]
  grants: {
    source: 'subscription' | 'purchase'
    id: string
    price_id: string | null
    product_ids: string[]
    features: string[]
    is_granted: boolean
    reason: AccessReason
    until: string | null
  }[]
  changes_at: string | null
}

export function presentAccess({ features, grants, changesAt }: Access): PresentedAccess {
  return {
    has_access: grants.some(({ isGranted }) => isGranted),
    features: features.map(({ name, until, sources }) => ({
      name,
      until: until && instant(until),
      sources: [...sources],
    })),
    grants: grants.map(({ source, id, priceId, productIds, features, isGranted, reason, until }) => ({
      source,
      id,
      price_id: priceId,
      product_ids: [...productIds],
      features: [...features],
      is_granted: isGranted,
      reason,
      until: until && instant(until),
    })),
    changes_at: changesAt && instant(changesAt),
  }
}
