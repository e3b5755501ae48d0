import type Stripe from 'stripe'
import { actionRequired } from '../billing/action-required.ts'
import { announceCustomer } from '../billing/announce-customer.ts'
import { isUnderWay } from '../billing/attempt-payment.ts'
import { latestPeriodEnd, withSchedule } from '../billing/cancel-subscription.ts'
import { cardError } from '../billing/check-card.ts'
import { collectInvoice } from '../billing/collect-invoice.ts'
import { finalizeInvoice, requestInvoicePayment } from '../billing/invoice-states.ts'
import { payingCard } from '../billing/payment-methods.ts'
import { firstTotalMinor, type SubscriptionStart, startSubscription } from '../billing/start-subscription.ts'
import { tellShortTrial } from '../billing/subscription-notices.ts'
import type { Context } from '../context.ts'
import { flexibleBilling } from '../objects/subscription.ts'
import {
  notSupportedYet,
  parameterInvalid,
  parameterMissing,
  parametersExclusive,
} from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { backdatedStart } from './backdated-start.ts'
import { anchorOf } from './billing-cycle-anchor.ts'
import { cancelAtOf } from './cancel-at.ts'
import { priceDataParameters, recurringPriceDataParameters } from './inline-price.ts'
import { checkOwnCard } from './own-card.ts'
import { redemptionsOf } from './redemptions.ts'
import { subscriptionLines, taxRatesOf } from './subscription-lines.ts'

type Parameters = Stripe.SubscriptionCreateParams

export const subscriptionCreateParameters = [
  'customer',
  'items.price',
  ...recurringPriceDataParameters.map((name) => `items.${name}` as const),
  'items.quantity',
  'items.metadata.*',
  'items.tax_rates',
  'items.discounts.coupon',
  'items.discounts.promotion_code',
  'add_invoice_items.price',
  ...priceDataParameters.map((name) => `add_invoice_items.${name}` as const),
  'add_invoice_items.quantity',
  'add_invoice_items.metadata.*',
  'add_invoice_items.tax_rates',
  'backdate_start_date',
  'billing_cycle_anchor',
  'billing_cycle_anchor_config.day_of_month',
  'billing_cycle_anchor_config.hour',
  'billing_cycle_anchor_config.minute',
  'billing_cycle_anchor_config.month',
  'billing_cycle_anchor_config.second',
  'billing_mode.type',
  'billing_mode.flexible.proration_discounts',
  'cancel_at',
  'cancel_at_period_end',
  'collection_method',
  'currency',
  'days_until_due',
  'default_payment_method',
  'default_tax_rates',
  'description',
  'discounts.coupon',
  'discounts.promotion_code',
  'metadata.*',
  'off_session',
  'payment_behavior',
  'payment_settings.save_default_payment_method',
  'proration_behavior',
  'trial_end',
  'trial_period_days',
  'trial_settings.end_behavior.missing_payment_method',
] as const

/**
 * Creates a subscription and pays its first invoice: finalized and attempted at once, never an hour later. While unpaid it is
 * `incomplete` (23 hours). `default_incomplete` does not try to pay; `error_if_incomplete` undoes everything on a failure. One whose
 * invoices are sent is active at once.
 */
export function createSubscription(context: Context, parameters: Parameters): Stripe.Subscription {
  if (parameters.customer === undefined) throw parameterMissing('customer')
  const customer = existing(context, 'customer', parameters.customer, 'customer')
  const start = startOf(context, customer, parameters)
  const behavior = parameters.payment_behavior ?? 'allow_incomplete'
  const card = payingCard(context, customer, start.defaultPaymentMethod)
  const isSent = start.collectionMethod === 'send_invoice'
  const started = startSubscription(context, start)
  const { invoice: draft } = started
  const isWaiting = draft !== null && draft.amount_due > 0 && !isSent
  if (card === undefined && isWaiting && behavior !== 'default_incomplete') throw noCard()
  const subscription = scheduled(
    context,
    {
      ...started.subscription,
      status: start.trialEnd !== null ? 'trialing' : isWaiting ? 'incomplete' : 'active',
    },
    parameters,
  )
  context.emit('customer.subscription.created', subscription)
  tellShortTrial(context, subscription)
  announceCustomer(context, customer, subscription.currency)
  if (draft !== null) context.emit('invoice.created', draft)
  if (draft !== null && !isSent)
    payFirstInvoice(context, draft, card, { behavior, offSession: parameters.off_session ?? false })
  return existing(context, 'subscription', subscription.id)
}

function payFirstInvoice(
  context: Context,
  draft: Stripe.Invoice,
  card: Stripe.PaymentMethod | undefined,
  { behavior, offSession }: { behavior: string; offSession: boolean },
): void {
  const open = finalizeInvoice(context, draft)
  context.emit('invoice.finalized', open)
  if (open.amount_due > 0 && (card === undefined || behavior === 'default_incomplete')) {
    awaitPayment(context, open, card)
    return
  }
  const attempt = collectInvoice(context, open, { offSession, isScheduled: false })
  if (behavior !== 'error_if_incomplete' || attempt === null || isUnderWay(attempt)) return
  // A 402 after which nothing was made.
  throw attempt.outcome === 'declined'
    ? cardError(attempt.decline, {}, undefined, false)
    : actionRequired(false)
}

function awaitPayment(context: Context, open: Stripe.Invoice, card: Stripe.PaymentMethod | undefined): void {
  const intent = requestInvoicePayment(context, open)
  context.emit('payment_intent.created', intent)
  if (card === undefined) return
  context.store.put('payment_intent', { ...intent, payment_method: card.id, status: 'requires_confirmation' })
}

function startOf(context: Context, customer: Stripe.Customer, parameters: Parameters): SubscriptionStart {
  const { lines, currency } = subscriptionLines(context, parameters, customer)
  if (parameters.default_payment_method !== undefined) {
    checkOwnCard(context, customer.id, parameters.default_payment_method, 'default_payment_method')
  }
  const trialEnd = trialEndOf(parameters, context.clock.now())
  const collectionMethod = parameters.collection_method ?? 'charge_automatically'
  const start: SubscriptionStart = {
    customer,
    currency,
    lines,
    status: 'incomplete',
    metadata: mergedMetadata({}, parameters.metadata),
    description: parameters.description ?? null,
    defaultPaymentMethod: parameters.default_payment_method ?? null,
    trialEnd,
    missingPaymentMethod: parameters.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    saveDefaultPaymentMethod: parameters.payment_settings?.save_default_payment_method ?? 'off',
    billingMode: billingModeOf(parameters),
    collectionMethod,
    daysUntilDue: daysUntilDueOf(parameters, collectionMethod),
    defaultTaxRates: taxRatesOf(context, parameters.default_tax_rates || [], 'default_tax_rates'),
    redemptions: [],
    backdatedTo: backdatedStart(parameters, lines, context.clock.now()),
    ...anchorOf(context, parameters, lines, trialEnd),
    isFirstPeriodFree: parameters.proration_behavior === 'none',
  }
  const buyer = { customer: customer.id, currency, totalMinor: firstTotalMinor(context, start) }
  return { ...start, redemptions: redemptionsOf(context, parameters.discounts || [], buyer, 'discounts') }
}

function billingModeOf({ billing_mode: mode }: Parameters): Stripe.Subscription.BillingMode {
  if (mode === undefined || mode.type === 'flexible') {
    if (mode?.flexible?.proration_discounts === 'itemized') {
      throw notSupportedYet("proration_discounts 'itemized'", 'billing_mode[flexible][proration_discounts]')
    }
    return flexibleBilling
  }
  return { flexible: null, type: 'classic' }
}

function daysUntilDueOf({ days_until_due: days }: Parameters, collectionMethod: string): number | null {
  if (collectionMethod === 'send_invoice') {
    if (days === undefined) throw parameterMissing('days_until_due')
    return days
  }
  if (days === undefined) return null
  throw parameterInvalid(
    'days_until_due',
    'You can only set `days_until_due` if `collection_method` is `send_invoice`.',
  )
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

/** Stored, with its planned end. */
function scheduled(
  context: Context,
  subscription: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Subscription {
  const { cancel_at: cancelAt, cancel_at_period_end: atPeriodEnd } = parameters
  if (cancelAt !== undefined && atPeriodEnd) throw parametersExclusive(['cancel_at', 'cancel_at_period_end'])
  const changed =
    cancelAt === undefined && !atPeriodEnd
      ? subscription
      : withSchedule(context, subscription, {
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
