import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import {
  type CheckoutCompletion,
  checkoutCustomer,
  closeSession,
  withCustomer,
} from './checkout-completion.ts'
import { redemptionsOfCheckout } from './checkout-discount.ts'
import { checkoutLines } from './checkout-lines.ts'
import { announceIntent, announceTaken, paymentStatusOf } from './checkout-money.ts'
import { applyCoupon } from './discounts.ts'
import { draftInvoice } from './draft-invoice.ts'
import { oneTimeLine } from './invoice-lines.ts'
import { announceInvoice, payNewInvoice } from './pay-new-invoice.ts'
import { giveToCustomer } from './payment-methods.ts'

/** A one-time purchase. Guests stay guests unless the session needs a customer: asked for, an invoice, or a card to keep. */
export function completePaymentCheckout(context: Context, completion: CheckoutCompletion): void {
  const { session, terms, paymentMethod } = completion
  const needsCustomer =
    session.customer !== null ||
    session.customer_creation === 'always' ||
    session.invoice_creation?.enabled === true ||
    terms.payment?.setupFutureUsage != null
  const customer = needsCustomer ? checkoutCustomer(context, completion) : null
  const payment = completion.payment && withCustomer(context, completion.payment, customer)
  if (payment) {
    announceTaken(context, payment)
    announceIntent(context, payment)
  }
  if (paymentMethod && customer && terms.payment?.setupFutureUsage != null) {
    giveToCustomer(context, paymentMethod, customer.id)
  }
  const discounts = redemptionsOfCheckout(context, session, terms).map((redemption) =>
    applyCoupon(context, redemption, { customer: customer?.id ?? null, checkoutSession: session.id }),
  )
  const invoice =
    customer && session.invoice_creation?.enabled
      ? payNewInvoice(context, draftOf(context, session, customer, discounts), payment?.intent ?? null)
      : null
  const complete = closeSession(context, completion, {
    customer: customer?.id ?? null,
    invoice: invoice?.paid.id ?? null,
    payment_intent: payment?.intent.id ?? null,
    payment_status: paymentStatusOf(payment),
  })
  context.emit('checkout.session.completed', complete)
  if (invoice) announceInvoice(context, invoice)
}

function draftOf(
  context: Context,
  session: Stripe.Checkout.Session,
  customer: Stripe.Customer,
  discounts: readonly Stripe.Discount[],
): Stripe.Invoice {
  const now = context.clock.now()
  const id = context.ids.newId('in_')
  const data = session.invoice_creation?.invoice_data
  return draftInvoice(
    context,
    {
      id,
      lines: checkoutLines(context, session.id).map((line) =>
        oneTimeLine(context, line, {
          invoice: id,
          subscription: null,
          currency: session.currency ?? 'usd',
          at: now,
          defaultTaxRates: [],
        }),
      ),
      customer,
      currency: session.currency ?? 'usd',
      billingReason: 'manual',
      subscription: null,
      periodStart: now,
      periodEnd: now,
      discounts: discounts.map((discount) => discount.id),
      description: data?.description ?? null,
      footer: data?.footer ?? null,
      customFields: data?.custom_fields ?? null,
      metadata: data?.metadata ?? {},
    },
    { takesPendingItems: false },
  )
}
