import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** A payment method of this customer. @throws StripeApiError when it is unknown or not attached to the customer. */
export function checkOwnCard(
  context: Context,
  customer: string | null,
  id: string,
  param: string,
): Stripe.PaymentMethod {
  const paymentMethod = existing(context, 'payment_method', id, param)
  if (customer !== null && idOf(paymentMethod.customer) === customer) return paymentMethod
  throw new StripeApiError(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param },
  )
}
