import type Stripe from 'stripe'
import { actionRequired } from '../billing/action-required.ts'
import { cardError } from '../billing/check-card.ts'
import { intentOfInvoice } from '../billing/invoice-states.ts'
import { pageUrls } from '../billing/page-urls.ts'
import { payingCard } from '../billing/payment-methods.ts'
import { payIntent } from '../billing/settle-payment.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { checkOwnCard } from './own-card.ts'

/** Tries to collect an open invoice now. A decline is a 402 whose failed charge stays. */
export function payInvoice(
  context: Context,
  parameters: Stripe.InvoicePayParams,
  { id = '' }: Record<string, string>,
): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.status === 'paid') throw new StripeApiError('Invoice is already paid')
  const intent = intentOfInvoice(context, id)
  if (invoice.status !== 'open' || intent === undefined) {
    throw new StripeApiError(`This invoice cannot be paid: its status is ${invoice.status}.`, {
      code: 'status_transition_invalid',
    })
  }
  const card = cardFor(context, invoice, parameters.payment_method)
  const attempt = payIntent(context, intent, card, {
    offSession: parameters.off_session ?? true,
    returnUrl: pageUrls.invoice(context.origin, id),
  })
  switch (attempt.outcome) {
    case 'succeeded':
      return existing(context, 'invoice', id)
    case 'declined':
      throw cardError(attempt.decline, { charge: attempt.charge.id })
    case 'requires_action':
      throw actionRequired(true)
  }
}

/** The card that pays: named now, or the invoice's, the subscription's, the customer's. */
function cardFor(context: Context, invoice: Stripe.Invoice, named: string | undefined): Stripe.PaymentMethod {
  const customerId = idOf(invoice.customer) ?? ''
  if (named !== undefined) return checkOwnCard(context, customerId, named, 'payment_method')
  const subscription = context.store.get(
    'subscription',
    idOf(invoice.parent?.subscription_details?.subscription) ?? '',
  )
  const own = idOf(invoice.default_payment_method) ?? idOf(subscription?.default_payment_method)
  const card = payingCard(context, existing(context, 'customer', customerId), own)
  if (card) return card
  throw new StripeApiError(
    'There is no `default_payment_method` set on this Customer or Invoice. Please set one, or pass a `payment_method`.',
  )
}
