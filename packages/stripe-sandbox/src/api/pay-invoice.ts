import type Stripe from 'stripe'
import { actionRequired } from '../billing/action-required.ts'
import { cardError } from '../billing/check-card.ts'
import { closeUnpaid } from '../billing/close-unpaid.ts'
import { intentToPay } from '../billing/collect-invoice.ts'
import { finalizeByHand } from '../billing/finalize-by-hand.ts'
import { debitOfInvoice } from '../billing/invoice-states.ts'
import { pageUrls } from '../billing/page-urls.ts'
import { payingCard } from '../billing/payment-methods.ts'
import { payIntent } from '../billing/settle-payment.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parametersExclusive } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { checkOwnCard } from './own-card.ts'
import { unexpectedState } from './payment-intent-errors.ts'

/**
 * Collects an invoice now; a draft is finalized first, one that was given up can still be paid. A decline is a 402 whose failed
 * charge stays. Paid out of band, nothing is charged and a debit on its way is called back; otherwise the debit is waited for.
 */
export function payInvoice(
  context: Context,
  parameters: Stripe.InvoicePayParams,
  { id = '' }: Record<string, string>,
): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.status === 'paid') throw new StripeApiError('Invoice is already paid')
  if (invoice.status === 'void') {
    throw new StripeApiError('This invoice cannot be paid: its status is void.')
  }
  const { payment_method: named, paid_out_of_band: isOutOfBand = false } = parameters
  if (isOutOfBand && named !== undefined) throw parametersExclusive(['paid_out_of_band', 'payment_method'])
  const debit = debitOfInvoice(context, id)
  if (debit && !isOutOfBand) {
    throw unexpectedState(debit, 'This invoice cannot be paid now: a payment of it is processing.')
  }
  const card = isOutOfBand ? undefined : cardFor(context, invoice, named)
  const open = invoice.status === 'draft' ? finalizeByHand(context, invoice) : invoice
  if (open.status === 'paid') return open
  if (isOutOfBand) return closeUnpaid(context, open, open.amount_remaining)
  if (card === undefined) throw noCard()
  const attempt = payIntent(context, intentToPay(context, open), card, {
    offSession: parameters.off_session ?? true,
    returnUrl: pageUrls.invoice(context.origin, id),
    // The first attempt, whoever makes it, begins the schedule of an invoice that advances by itself.
    isScheduled: open.auto_advance === true && open.attempt_count === 0,
  })
  switch (attempt.outcome) {
    case 'succeeded':
    case 'authorized':
    case 'processing':
      return existing(context, 'invoice', id)
    case 'declined':
      throw cardError(attempt.decline, { charge: attempt.charge.id })
    case 'requires_action':
      throw actionRequired(true)
  }
}

/** The card that pays: named now, or the invoice's, the subscription's, the customer's. */
function cardFor(
  context: Context,
  invoice: Stripe.Invoice,
  named: string | undefined,
): Stripe.PaymentMethod | undefined {
  const customerId = idOf(invoice.customer) ?? ''
  if (named !== undefined) return checkOwnCard(context, customerId, named, 'payment_method')
  const subscription = context.store.get(
    'subscription',
    idOf(invoice.parent?.subscription_details?.subscription) ?? '',
  )
  const own = idOf(invoice.default_payment_method) ?? idOf(subscription?.default_payment_method)
  return payingCard(context, existing(context, 'customer', customerId), own)
}

function noCard(): StripeApiError {
  return new StripeApiError(
    'There is no `default_payment_method` set on this Customer or Invoice. Please set one, or pass a `payment_method`.',
  )
}
