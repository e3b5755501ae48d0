import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildTaxId } from '../objects/tax-id.ts'

/** Stores a tax id; `customer.tax_id.created` where it is a customer's. @param customer null: the account itself. */
export function addTaxId(
  context: Context,
  given: { type: string; value: string },
  customer: string | null,
): Stripe.TaxId {
  const owner: Stripe.TaxId.Owner =
    customer === null
      ? { customer_account: null, type: 'self' }
      : { customer, customer_account: null, type: 'customer' }
  const taxId = buildTaxId(context.ids, { ...given, owner, created: context.clock.now() })
  context.store.put('tax_id', taxId)
  if (customer !== null) context.emit('customer.tax_id.created', taxId)
  return taxId
}

/** Forgets a tax id; `customer.tax_id.deleted` where it was a customer's. */
export function removeTaxId(context: Context, taxId: Stripe.TaxId): void {
  context.store.delete('tax_id', taxId.id)
  if (taxId.customer !== null) context.emit('customer.tax_id.deleted', taxId)
}
