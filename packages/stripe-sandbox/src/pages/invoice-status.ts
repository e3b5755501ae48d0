import type Stripe from 'stripe'
import type { BadgeKind } from './badge.ts'

/** What a buyer reads about an invoice's state. */
export function invoiceStatus({ status }: Stripe.Invoice): { label: string; kind: BadgeKind } {
  return statuses[status ?? 'draft'] ?? { label: 'Draft', kind: 'plain' }
}

const statuses: Record<string, { label: string; kind: BadgeKind }> = {
  open: { label: 'Open', kind: 'warn' },
  paid: { label: 'Paid', kind: 'good' },
  uncollectible: { label: 'Uncollectible', kind: 'bad' },
  void: { label: 'Void', kind: 'plain' },
}
