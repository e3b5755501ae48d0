import type { Context } from '../context.ts'
import { type CheckoutCompletion, checkoutCustomer, closeSession } from './checkout-completion.ts'
import { completePaymentCheckout } from './complete-payment-checkout.ts'
import { completeSubscriptionCheckout } from './complete-subscription-checkout.ts'
import { giveToCustomer } from './payment-methods.ts'

/** Turns an open, settled session into what was bought, and announces it all. */
export function completeCheckout(context: Context, completion: CheckoutCompletion): void {
  switch (completion.session.mode) {
    case 'payment':
      completePaymentCheckout(context, completion)
      return
    case 'subscription':
      completeSubscriptionCheckout(context, completion)
      return
    default:
      completeSetupCheckout(context, completion)
  }
}

function completeSetupCheckout(context: Context, completion: CheckoutCompletion): void {
  const { session, setup, paymentMethod } = completion
  const wantsCustomer = session.customer !== null || session.customer_creation === 'always'
  const customer = wantsCustomer ? checkoutCustomer(context, completion) : null
  if (paymentMethod && customer) giveToCustomer(context, paymentMethod, customer.id)
  if (setup) context.emit('setup_intent.succeeded', setup)
  context.emit(
    'checkout.session.completed',
    closeSession(context, completion, { customer: customer?.id ?? null }),
  )
}
