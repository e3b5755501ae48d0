import type Stripe from 'stripe'
import { announceCustomer } from '../billing/announce-customer.ts'
import type { PaymentAttempt } from '../billing/attempt-payment.ts'
import { latestPeriodEnd, withSchedule } from '../billing/cancel-subscription.ts'
import { cardError } from '../billing/check-card.ts'
import { leastChargeMinor } from '../billing/currency.ts'
import { isRecurring } from '../billing/invoice-lines.ts'
import { finalizeInvoice, markPaid, requestInvoicePayment } from '../billing/invoice-states.ts'
import { pageUrls } from '../billing/page-urls.ts'
import { payingCard } from '../billing/payment-methods.ts'
import { lineAmountMinor } from '../billing/prices.ts'
import { payIntent } from '../billing/settle-payment.ts'
import { startSubscription } from '../billing/start-subscription.ts'
import type { Context } from '../context.ts'
import {
  notSupportedYet,
  parameterInvalid,
  parameterMissing,
  parametersExclusive,
} from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { actionRequired } from './invoice-errors.ts'
import { checkOwnCard } from './own-card.ts'
import { sellablePrice } from './sellable-price.ts'
import { cancelAtOf } from './subscription-schedule.ts'

type Parameters = Stripe.SubscriptionCreateParams

export const subscriptionCreateParameters = [
  'customer',
  'items.price',
  'items.quantity',
  'items.metadata.*',
  'metadata.*',
  'description',
  'currency',
  'collection_method',
  'default_payment_method',
  'payment_behavior',
  'payment_settings.save_default_payment_method',
  'off_session',
  'trial_end',
  'trial_period_days',
  'trial_settings.end_behavior.missing_payment_method',
  'billing_mode.type',
  'cancel_at',
  'cancel_at_period_end',
] as const

const threeDays = 3 * 86_400

/**
 * Creates a subscription and pays its first invoice: finalized and attempted at once, never an hour later. While unpaid it is
 * `incomplete` (23 hours). `default_incomplete` does not try to pay; `error_if_incomplete` undoes everything on a failure.
 */
export function createSubscription(context: Context, parameters: Parameters): Stripe.Subscription {
  if (parameters.customer === undefined) throw parameterMissing('customer')
  const customer = existing(context, 'customer', parameters.customer, 'customer')
  const lines = linesOf(context, parameters)
  if (parameters.default_payment_method !== undefined) {
    checkOwnCard(context, customer.id, parameters.default_payment_method, 'default_payment_method')
  }
  checkUnsupported(parameters)
  checkLeast(lines)
  const behavior = parameters.payment_behavior ?? 'allow_incomplete'
  const trialEnd = trialEndOf(parameters, context.clock.now())
  const card = payingCard(context, customer, parameters.default_payment_method ?? null)
  const isFree = trialEnd !== null || lines.every((line) => lineAmountMinor(line.price, line.quantity) === 0)
  if (card === undefined && !isFree && behavior !== 'default_incomplete') throw noCard()

  const started = startSubscription(context, {
    customer,
    lines,
    status: trialEnd !== null ? 'trialing' : isFree ? 'active' : 'incomplete',
    metadata: mergedMetadata({}, parameters.metadata),
    description: parameters.description ?? null,
    defaultPaymentMethod: parameters.default_payment_method ?? null,
    trialEnd,
    missingPaymentMethod: parameters.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    saveDefaultPaymentMethod: parameters.payment_settings?.save_default_payment_method ?? 'off',
  })
  const subscription = scheduled(context, started.subscription, parameters)
  const open = finalizeInvoice(context, started.invoice)
  context.emit('customer.subscription.created', subscription)
  if (trialEnd !== null && trialEnd - context.clock.now() <= threeDays) {
    context.emit('customer.subscription.trial_will_end', subscription)
  }
  announceCustomer(context, customer, subscription.currency)
  context.emit('invoice.created', started.invoice)
  context.emit('invoice.finalized', open)
  if (isFree) {
    const { invoice } = markPaid(context, open, null)
    context.emit('invoice.paid', invoice)
    context.emit('invoice.payment_succeeded', invoice)
  } else {
    payFirstInvoice(context, open, card, { behavior, offSession: parameters.off_session ?? false })
  }
  return existing(context, 'subscription', subscription.id)
}

function payFirstInvoice(
  context: Context,
  open: Stripe.Invoice,
  card: Stripe.PaymentMethod | undefined,
  { behavior, offSession }: { behavior: string; offSession: boolean },
): void {
  const intent = requestInvoicePayment(context, open)
  context.emit('payment_intent.created', intent)
  if (card === undefined || behavior === 'default_incomplete') {
    if (card) {
      context.store.put('payment_intent', {
        ...intent,
        payment_method: card.id,
        status: 'requires_confirmation',
      })
    }
    return
  }
  const attempt = payIntent(context, intent, card, {
    offSession,
    returnUrl: pageUrls.invoice(context.origin, open.id),
  })
  if (behavior === 'error_if_incomplete' && attempt.outcome !== 'succeeded') throw undone(attempt)
}

/** The failure of `error_if_incomplete`: a 402 after which nothing was made. */
function undone(attempt: Exclude<PaymentAttempt, { outcome: 'succeeded' }>): StripeApiError {
  return attempt.outcome === 'declined'
    ? cardError(attempt.decline, {}, undefined, false)
    : actionRequired(false)
}

function linesOf(context: Context, parameters: Parameters) {
  const items = parameters.items ?? []
  if (items.length === 0) throw parameterMissing('items')
  if (items.length > 20) throw parameterInvalid('items', 'A subscription can have at most 20 items.')
  const lines = items.map((item, index) => {
    if (item.price === undefined) throw parameterMissing(`items[${index}][price]`)
    const price = sellablePrice(context, item.price, `items[${index}][price]`)
    checkRecurring(price, `items[${index}][price]`)
    return { price, quantity: item.quantity ?? 1, metadata: mergedMetadata({}, item.metadata || {}) }
  })
  const repeated = lines.find(({ price }, n) => lines.findIndex((line) => line.price.id === price.id) < n)
  if (repeated) {
    throw parameterInvalid(
      'items',
      `Cannot add multiple subscription items with the same plan: ${repeated.price.id}`,
    )
  }
  const currency = parameters.currency ?? lines[0]?.price.currency
  const other = lines.find((line) => line.price.currency !== currency)
  if (other) {
    throw parameterInvalid(
      'items',
      `All prices of a subscription must have one currency: price '${other.price.id}' is in ${other.price.currency}, not ${currency}.`,
    )
  }
  return lines
}

/** What is less than Stripe charges goes to the customer's balance there, and the invoice counts as paid. */
function checkLeast(lines: readonly { price: Stripe.Price; quantity: number }[]): void {
  const totalMinor = lines.reduce((sum, line) => sum + lineAmountMinor(line.price, line.quantity), 0)
  if (totalMinor > 0 && totalMinor < leastChargeMinor(lines[0]?.price.currency ?? 'usd')) {
    throw notSupportedYet('A subscription below the least amount that can be charged', 'items')
  }
}

export function checkRecurring(price: Stripe.Price, param: string): void {
  if (isRecurring(price)) return
  throw parameterInvalid(
    param,
    'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
  )
}

function checkUnsupported(parameters: Parameters): void {
  if (parameters.collection_method === 'send_invoice') {
    throw notSupportedYet("collection_method 'send_invoice'", 'collection_method')
  }
  if (parameters.billing_mode !== undefined && parameters.billing_mode.type !== 'flexible') {
    throw notSupportedYet(`Billing mode '${parameters.billing_mode.type}'`, 'billing_mode[type]')
  }
}

/** Unix seconds. */
function trialEndOf(parameters: Parameters, now: number): number | null {
  const { trial_end: end, trial_period_days: days } = parameters
  if (end !== undefined && days !== undefined) throw parametersExclusive(['trial_end', 'trial_period_days'])
  if (days !== undefined) return days > 0 ? now + days * 86_400 : null
  if (end === undefined || end === 'now') return null
  // A boundary: `'now' | number` travels as text.
  const at = Number(end)
  if (!Number.isInteger(at) || at <= now) {
    throw parameterInvalid('trial_end', 'The trial end date must be a timestamp in the future.')
  }
  return at
}

function scheduled(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Subscription {
  const { cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd } = parameters
  if (cancelAt !== undefined && atPeriodEnd) throw parametersExclusive(['cancel_at', 'cancel_at_period_end'])
  if (cancelAt === undefined && !atPeriodEnd) return subscription
  const changed = withSchedule(context, subscription, {
    cancelAt:
      cancelAt === undefined
        ? latestPeriodEnd(subscription)
        : cancelAtOf(subscription, cancelAt, context.clock.now()),
    atPeriodEnd: atPeriodEnd === true,
  })
  context.store.put('subscription', changed)
  return changed
}

function noCard(): StripeApiError {
  return new StripeApiError(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
    { code: 'resource_missing' },
  )
}
