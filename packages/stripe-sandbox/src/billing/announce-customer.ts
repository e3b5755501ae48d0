import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { previousAttributes } from './previous-attributes.ts'

/** `customer.updated` after a subscription began: the first one fixes the currency, each invoice moves the invoice count. */
export function announceCustomer(context: Context, before: Stripe.Customer, currency: string): void {
  const counted = context.store.get('customer', before.id) ?? before
  const after: Stripe.Customer = { ...counted, currency: counted.currency ?? currency }
  const previous = previousAttributes(before, after)
  context.store.put('customer', after)
  if (previous) context.emit('customer.updated', after, previous)
}
