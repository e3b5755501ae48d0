/**
 * What an event says is stale. `charge` and `invoice_payment` have no mirror row of their own: they point at a
 * payment or an invoice, and are followed to it before anything is fetched for writing.
 */
export type DoorbellResource =
  | 'customer'
  | 'product'
  | 'price'
  | 'subscription'
  | 'invoice'
  | 'payment'
  | 'refund'
  | 'checkout_session'
  | 'charge'
  | 'dispute'
  | 'fraud_warning'
  | 'invoice_payment'

/** Those with a mirror row of their own: what can differ from Stripe. */
export const MIRRORED_RESOURCES = [
  'customer',
  'product',
  'price',
  'subscription',
  'invoice',
  'payment',
  'refund',
  'checkout_session',
  'dispute',
  'fraud_warning',
] as const satisfies readonly Exclude<DoorbellResource, 'charge' | 'invoice_payment'>[]

export interface Doorbell {
  resource: DoorbellResource
  /** Stripe's id of it. */
  id: string
}

/** The group of everything that belongs to no customer: products and prices. */
export const CATALOGUE_GROUP = 'catalogue'

/** The group of an event that does not say whose it is: it is re-addressed to its customer before it is synced. */
export function unaddressedGroup(doorbell: Doorbell): string {
  return `${doorbell.resource}:${doorbell.id}`
}

/** Whether a group is one customer's: only those and the catalogue are synced. */
export function isCustomerGroup(groupKey: string): boolean {
  return groupKey !== CATALOGUE_GROUP && !groupKey.includes(':')
}
