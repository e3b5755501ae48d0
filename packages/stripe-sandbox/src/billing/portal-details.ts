import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildAddress } from '../objects/address.ts'
import { idOf } from '../store/tables.ts'
import type { PortalVisitor } from './portal-visit.ts'
import { allows, type PortalAnswer, refused } from './portal-visit.ts'
import { saveChanges } from './save-changes.ts'
import { addTaxId, removeTaxId } from './tax-ids.ts'

/** What a customer can be allowed to change; Stripe's words for it. */
export const detailKinds = ['name', 'email', 'phone', 'address', 'shipping', 'tax_id'] as const
export type DetailKind = (typeof detailKinds)[number]

/** As typed; an empty text unsets. */
export interface Details {
  name: string
  email: string
  phone: string
  address: TypedAddress
  shipping: { name: string; phone: string; address: TypedAddress }
}

export type TypedAddress = Record<keyof Stripe.Address, string>

/** What the portal's configuration lets a customer change of the own details. */
export function changeableDetails(visit: PortalVisitor): DetailKind[] {
  if (!allows(visit, 'customer_update')) return []
  const { allowed_updates: allowed } = visit.configuration.features.customer_update
  return detailKinds.filter((kind) => allowed.includes(kind))
}

/** Changes the details that may be changed, and leaves the others alone; one `customer.updated`. */
export function changeDetailsInPortal(context: Context, visit: PortalVisitor, details: Details): void {
  const allowed = new Set(changeableDetails(visit))
  const { customer } = visit
  const shipping = shippingOf(details.shipping)
  const after: Stripe.Customer = {
    ...customer,
    ...(allowed.has('name') ? { name: details.name || null } : {}),
    ...(allowed.has('email') ? { email: details.email || null } : {}),
    ...(allowed.has('phone') ? { phone: details.phone || null } : {}),
    ...(allowed.has('address') ? { address: addressOf(details.address) } : {}),
    ...(allowed.has('shipping') ? { shipping } : {}),
  }
  saveChanges(context, 'customer', customer, after, 'customer.updated')
}

export function addTaxIdInPortal(
  context: Context,
  visit: PortalVisitor,
  given: { type: string; value: string },
): PortalAnswer {
  if (!changeableDetails(visit).includes('tax_id')) return refused('Tax IDs cannot be changed here.')
  if (given.value === '') return refused('The tax ID is missing.')
  addTaxId(context, given, visit.customer.id)
  return { done: true }
}

export function removeTaxIdInPortal(context: Context, visit: PortalVisitor, id: string): PortalAnswer {
  if (!changeableDetails(visit).includes('tax_id')) return refused('Tax IDs cannot be changed here.')
  const taxId = context.store.get('tax_id', id)
  if (taxId === undefined || idOf(taxId.customer) !== visit.customer.id) {
    return refused('There is no such tax ID.')
  }
  removeTaxId(context, taxId)
  return { done: true }
}

function shippingOf({ name, phone, address }: Details['shipping']): Stripe.Customer.Shipping | null {
  const there = addressOf(address)
  if (name === '' && there === null) return null
  return { address: there ?? buildAddress({}), name, phone: phone || null }
}

/** Null when nothing of it was typed. */
function addressOf(typed: TypedAddress): Stripe.Address | null {
  const parts = Object.entries(typed).filter(([, text]) => text !== '')
  return parts.length === 0 ? null : buildAddress(Object.fromEntries(parts))
}
