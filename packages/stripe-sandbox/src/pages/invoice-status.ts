import type Stripe from 'stripe'
import type { BadgeKind } from './badge.ts'

/** What a buyer reads about an invoice's state. @param now unix seconds, where it matters whether its day has passed. */
export function invoiceStatus(
  { status, due_date: dueAt }: Stripe.Invoice,
  now = 0,
): { label: string; kind: BadgeKind } {
  if (status === 'open' && dueAt !== null && dueAt < now) return { label: 'Overdue', kind: 'bad' }
  return statuses[status ?? 'draft'] ?? { label: 'Draft', kind: 'plain' }
}

const statuses: Record<string, { label: string; kind: BadgeKind }> = {
  open: { label: 'Open', kind: 'warn' },
  paid: { label: 'Paid', kind: 'good' },
  uncollectible: { label: 'Uncollectible', kind: 'bad' },
  void: { label: 'Void', kind: 'plain' },
}
