import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { flexibleBilling } from '../objects/subscription.ts'
import { announceCustomer } from './announce-customer.ts'
import {
  type CheckoutCompletion,
  checkoutCustomer,
  closeSession,
  withCustomer,
} from './checkout-completion.ts'
import { redemptionsOfCheckout } from './checkout-discount.ts'
import { checkoutLines } from './checkout-lines.ts'
import { announceIntent, announceTaken, paymentStatusOf } from './checkout-money.ts'
import { announceInvoice, payNewInvoice } from './pay-new-invoice.ts'
import { giveToCustomer } from './payment-methods.ts'
import { startSubscription } from './start-subscription.ts'
import { tellShortTrial } from './subscription-notices.ts'
import { trialEndAt } from './trial.ts'

/**
 * A subscription bought at Checkout. Since 2025-03-31.basil it is made after the payment: it is born active (or trialing),
 * with its first invoice paid, or with that invoice open while a bank debit is on its way. Events in the order that `stripe listen` logs show.
 */
export function completeSubscriptionCheckout(context: Context, completion: CheckoutCompletion): void {
  const { session, terms, paymentMethod, setup } = completion
  const customer = checkoutCustomer(context, completion)
  const payment = completion.payment && withCustomer(context, completion.payment, customer)
  if (payment) announceTaken(context, payment)
  if (setup) context.emit('setup_intent.succeeded', setupFor(context, setup, customer.id))
  if (paymentMethod) giveToCustomer(context, paymentMethod, customer.id)

  const trialEnd = trialEndAt(terms.subscription, context.clock.now())
  const { subscription, invoice: draft } = startSubscription(context, {
    customer,
    ...(session.currency === null ? {} : { currency: session.currency }),
    lines: checkoutLines(context, session.id),
    status: trialEnd === null ? 'active' : 'trialing',
    metadata: terms.subscription?.metadata ?? {},
    description: terms.subscription?.description ?? null,
    defaultPaymentMethod: paymentMethod?.id ?? null,
    trialEnd,
    missingPaymentMethod: terms.subscription?.missingPaymentMethod ?? 'create_invoice',
    saveDefaultPaymentMethod: 'off',
    billingMode: flexibleBilling,
    collectionMethod: 'charge_automatically',
    daysUntilDue: null,
    defaultTaxRates: (terms.subscription?.defaultTaxRates ?? []).flatMap(
      (id) => context.store.get('tax_rate', id) ?? [],
    ),
    redemptions: redemptionsOfCheckout(context, session, terms),
    billingCycleAnchor: null,
    isFirstPeriodFree: false,
  })
  const invoice = draft && payNewInvoice(context, draft, payment?.intent ?? null)
  const complete = closeSession(context, completion, {
    customer: customer.id,
    invoice: invoice?.paid.id ?? null,
    payment_status: paymentStatusOf(payment),
    subscription: subscription.id,
  })

  context.emit('checkout.session.completed', complete)
  announceCustomer(context, customer, subscription.currency)
  context.emit('customer.subscription.created', subscription)
  tellShortTrial(context, subscription)
  if (payment) announceIntent(context, payment)
  if (invoice) announceInvoice(context, invoice)
}

function setupFor(context: Context, setup: Stripe.SetupIntent, customer: string): Stripe.SetupIntent {
  const owned: Stripe.SetupIntent = { ...setup, customer }
  context.store.put('setup_intent', owned)
  return owned
}
