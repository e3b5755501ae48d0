import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { emptyCustomerDetails } from '../objects/checkout-session.ts'
import { idOf } from '../store/tables.ts'
import { createCustomer } from './create-customer.ts'
import type { CheckoutTerms, Payer } from './records.ts'
import { saveChanges } from './save-changes.ts'

/** A session whose buyer has done everything: the money was taken, or the card may be kept, or nothing was due. */
export interface CheckoutCompletion {
  session: Stripe.Checkout.Session
  terms: CheckoutTerms
  payer: Payer
  paymentMethod: Stripe.PaymentMethod | null
  payment: CheckoutMoney | null
  setup: Stripe.SetupIntent | null
}

export interface CheckoutMoney {
  intent: Stripe.PaymentIntent
  charge: Stripe.Charge
  /** The intent as it was made, when that has not been announced yet. */
  created: Stripe.PaymentIntent | null
}

/** Stores the session's end. The caller announces it. */
export function closeSession(
  context: Context,
  { session, payer }: CheckoutCompletion,
  results: Partial<Stripe.Checkout.Session>,
): Stripe.Checkout.Session {
  const complete: Stripe.Checkout.Session = {
    ...session,
    customer_details: {
      ...(session.customer_details ?? emptyCustomerDetails),
      email: payer.email,
      name: payer.name,
    },
    status: 'complete',
    url: null,
    ...results,
  }
  context.store.put('checkout.session', complete)
  return complete
}

/** The session's customer; a new one (`customer.created`) when none was named. `customer_update` gives a known one its new name. */
export function checkoutCustomer(
  context: Context,
  { session, terms, payer }: CheckoutCompletion,
): Stripe.Customer {
  const known = context.store.get('customer', idOf(session.customer) ?? '')
  if (!known) return createCustomer(context, payer)
  if (!terms.savesName || payer.name === null) return known
  return saveChanges(context, 'customer', known, { ...known, name: payer.name }, 'customer.updated')
}

/** Payment, charge and customer know each other also when the customer was made only now. */
export function withCustomer<T extends { intent: Stripe.PaymentIntent; charge: Stripe.Charge }>(
  context: Context,
  payment: T,
  customer: Stripe.Customer | null,
): T {
  const intent: Stripe.PaymentIntent = { ...payment.intent, customer: customer?.id ?? null }
  const charge: Stripe.Charge = { ...payment.charge, customer: customer?.id ?? null }
  context.store.put('payment_intent', intent)
  context.store.put('charge', charge)
  return { ...payment, intent, charge }
}
