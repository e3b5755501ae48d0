import { formatAmount } from '../../billing/currency.ts'
import type { Store } from '../../store/store.ts'
import { type BadgeKind, badge } from '../badge.ts'
import type { Html } from '../markup.ts'
import type { StripeObject } from './find.ts'

type Hash = Record<string, unknown>

export interface Summary {
  /** What a person knows it by; null when it has nothing but its id. */
  label: string | null
  /** `$29.00`. */
  amount: string | null
  state: Html | null
}

/** What stands beside an id in a list. Made of the fields that Stripe's objects share, so that a new resource has one at once. */
export function summaryOf(store: Store, object: StripeObject): Summary {
  // Every object of Stripe is a JSON hash.
  const hash = object as unknown as Hash
  return { label: labelOf(store, hash), amount: amountOf(hash), state: stateOf(hash) }
}

function labelOf(store: Store, hash: Hash): string | null {
  const parts = [
    cardOf(hashIn(hash, 'card')),
    textIn(hash, 'name') ?? textIn(hash, 'number') ?? textIn(hash, 'nickname') ?? textIn(hash, 'code'),
    cadenceOf(hashIn(hash, 'recurring')),
    textIn(hash, 'email') ?? customerOf(store, hash),
  ].filter((part) => part !== null)
  if (parts.length > 0) return parts.join(', ')
  return textIn(hash, 'description') ?? (hash.object === 'webhook_endpoint' ? textIn(hash, 'url') : null)
}

function cardOf(card: Hash | null): string | null {
  return card === null ? null : `${textIn(card, 'brand') ?? 'card'} •••• ${textIn(card, 'last4') ?? ''}`
}

function cadenceOf(recurring: Hash | null): string | null {
  if (recurring === null) return null
  const count = Number(recurring.interval_count)
  return `every ${count > 1 ? `${count} ` : ''}${textIn(recurring, 'interval')}${count > 1 ? 's' : ''}`
}

function customerOf(store: Store, hash: Hash): string | null {
  const id = textIn(hash, 'customer')
  const customer = id === null ? undefined : store.get('customer', id)
  return customer?.email ?? customer?.name ?? id ?? textIn(hash, 'customer_email')
}

function amountOf(hash: Hash): string | null {
  const currency = textIn(hash, 'currency')
  const fields = ['amount_total', 'total', 'amount', 'unit_amount', 'amount_paid', 'amount_off']
  const minor = fields.map((field) => hash[field]).find((value) => typeof value === 'number')
  return currency !== null && typeof minor === 'number' ? formatAmount(minor, currency) : null
}

function stateOf(hash: Hash): Html | null {
  if (hash.deleted === true) return badge('deleted', 'bad')
  const status = textIn(hash, 'status')
  if (status !== null) return badge(status, kinds[status] ?? 'plain')
  if (hash.active === false) return badge('archived', 'plain')
  return null
}

const kinds: Record<string, BadgeKind> = {
  active: 'good',
  canceled: 'plain',
  complete: 'good',
  disabled: 'plain',
  enabled: 'good',
  failed: 'bad',
  incomplete: 'warn',
  incomplete_expired: 'bad',
  open: 'warn',
  paid: 'good',
  past_due: 'bad',
  requires_action: 'warn',
  requires_payment_method: 'warn',
  succeeded: 'good',
  trialing: 'good',
  uncollectible: 'bad',
  unpaid: 'bad',
}

function textIn(hash: Hash, field: string): string | null {
  const value = hash[field]
  return typeof value === 'string' && value !== '' ? value : null
}

function hashIn(hash: Hash, field: string): Hash | null {
  const value = hash[field]
  // A JSON value that is no scalar and no array is a hash.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Hash) : null
}
