import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildCustomer } from '../objects/customer.ts'
import type { Payer } from './records.ts'

/** The customer that Checkout makes of a buyer; `customer.created`. E-mails are not compared: each purchase makes a new one. */
export function createCustomer(context: Context, payer: Payer): Stripe.Customer {
  const customer: Stripe.Customer = {
    ...buildCustomer(context.ids, context.clock.now()),
    email: payer.email,
    name: payer.name,
  }
  context.store.put('customer', customer)
  context.emit('customer.created', customer)
  return customer
}
