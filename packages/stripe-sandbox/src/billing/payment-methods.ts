import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildBankPaymentMethod } from '../objects/bank-payment-method.ts'
import { buildPaymentMethod } from '../objects/payment-method.ts'
import { idOf } from '../store/tables.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { cardChecks } from './card-checks.ts'
import type { CheckedCard } from './check-card.ts'
import type { TestBank } from './test-banks.ts'

/** Stores a card that a page or the API has checked; it belongs to nobody yet. */
export function saveCard(
  context: Context,
  checked: CheckedCard,
  billingDetails: Partial<Stripe.PaymentMethod.BillingDetails> = {},
  metadata: Stripe.Metadata = {},
): Stripe.PaymentMethod {
  const paymentMethod = buildPaymentMethod(context.ids, {
    ...checked,
    created: context.clock.now(),
    billingDetails,
    metadata,
  })
  context.store.put('payment_method', paymentMethod)
  return paymentMethod
}

/**
 * Stores a bank account; it belongs to nobody yet.
 * @throws StripeApiError the sandbox's "not yet" for an account whose scene it cannot play.
 */
export function saveBank(
  context: Context,
  bank: TestBank,
  billingDetails: Partial<Stripe.PaymentMethod.BillingDetails>,
  metadata: Stripe.Metadata = {},
): Stripe.PaymentMethod {
  if (bank.notYet !== null) throw notSupportedYet(`${bank.notYet} (account ${bank.number})`)
  const paymentMethod = buildBankPaymentMethod(context.ids, {
    bank,
    created: context.clock.now(),
    billingDetails,
    metadata,
  })
  context.store.put('payment_method', paymentMethod)
  return paymentMethod
}

/** Gives a card to a customer; `payment_method.attached`. The bank has said yes already. */
export function giveToCustomer(
  context: Context,
  paymentMethod: Stripe.PaymentMethod,
  customerId: string,
): Stripe.PaymentMethod {
  if (idOf(paymentMethod.customer) === customerId) return paymentMethod
  const attached: Stripe.PaymentMethod = {
    ...paymentMethod,
    customer: customerId,
    ...(paymentMethod.card === undefined
      ? {}
      : {
          card: {
            ...paymentMethod.card,
            checks: cardChecks(paymentMethod),
          },
        }),
  }
  context.store.put('payment_method', attached)
  context.emit('payment_method.attached', attached)
  return attached
}

/** Takes a card from its customer for good, also as the default of the customer and of subscriptions; `payment_method.detached`. */
export function detachPaymentMethod(
  context: Context,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.PaymentMethod {
  const customerId = idOf(paymentMethod.customer)
  const detached: Stripe.PaymentMethod = { ...paymentMethod, customer: null }
  context.store.put('payment_method', detached)
  context.store.put('detached_payment_method', { id: detached.id })
  context.emit('payment_method.detached', detached, { customer: customerId })
  if (customerId !== null) forgetDefault(context, customerId, paymentMethod.id)
  return detached
}

/** The card that pays a subscription's invoices: its own, or else the customer's. */
export function payingCard(
  context: Context,
  customer: Stripe.Customer,
  own: string | null,
): Stripe.PaymentMethod | undefined {
  const id = own ?? idOf(customer.invoice_settings.default_payment_method)
  return id === null ? undefined : context.store.get('payment_method', id)
}

function forgetDefault(context: Context, customerId: string, paymentMethodId: string): void {
  const customer = context.store.get('customer', customerId)
  if (customer && idOf(customer.invoice_settings.default_payment_method) === paymentMethodId) {
    const changed: Stripe.Customer = {
      ...customer,
      invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
    }
    context.store.put('customer', changed)
    context.emit('customer.updated', changed, {
      invoice_settings: { default_payment_method: paymentMethodId },
    })
  }
  for (const subscription of context.store.where('subscription', 'customer', customerId)) {
    if (subscription.ended_at !== null || idOf(subscription.default_payment_method) !== paymentMethodId)
      continue
    const changed: Stripe.Subscription = { ...subscription, default_payment_method: null }
    context.store.put('subscription', changed)
    context.emit('customer.subscription.updated', changed, { default_payment_method: paymentMethodId })
  }
}
