import type Stripe from 'stripe'
import { changeSubscription } from '../billing/change-subscription.ts'
import { asPreview, previewNextInvoice } from '../billing/preview-invoice.ts'
import { simulate } from '../billing/simulate.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { notSupportedYet, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { recurringPriceDataParameters } from './inline-price.ts'
import { changeOf, wantedSubscription } from './update-subscription.ts'

type Parameters = Stripe.InvoiceCreatePreviewParams

export const previewParameters = [
  'customer',
  'discounts.coupon',
  'discounts.promotion_code',
  'preview_mode',
  'subscription',
  'subscription_details.billing_cycle_anchor.type',
  'subscription_details.cancel_at',
  'subscription_details.cancel_at_period_end',
  'subscription_details.default_tax_rates',
  'subscription_details.items.deleted',
  'subscription_details.items.discounts.coupon',
  'subscription_details.items.discounts.promotion_code',
  'subscription_details.items.id',
  'subscription_details.items.metadata.*',
  'subscription_details.items.price',
  ...recurringPriceDataParameters.map((name) => `subscription_details.items.${name}` as const),
  'subscription_details.items.quantity',
  'subscription_details.items.tax_rates',
  'subscription_details.proration_behavior',
  'subscription_details.proration_date',
  'subscription_details.trial_end',
] as const

/**
 * The invoice that would come next: the one that the given change would make at once, or else the next renewal with all that
 * waits for it. Without a subscription, of the customer's one that renews first.
 */
export function createPreview(context: Context, parameters: Parameters): Stripe.Invoice {
  if (parameters.preview_mode !== undefined && parameters.preview_mode !== 'next') {
    throw notSupportedYet(`preview_mode '${parameters.preview_mode}'`, 'preview_mode')
  }
  if (parameters.subscription === undefined && parameters.customer === undefined) {
    throw parameterMissing('customer')
  }
  const [next] = subscriptionsOf(context, parameters)
    .flatMap((subscription) => previewOf(context, subscription, parameters) ?? [])
    .sort((a, b) => a.created - b.created)
  if (next) return next
  const customer =
    parameters.customer ??
    idOf(context.store.get('subscription', parameters.subscription ?? '')?.customer) ??
    ''
  throw new StripeApiError(`No upcoming invoices for customer: ${customer}`, {
    status: 404,
    code: 'invoice_upcoming_none',
  })
}

function subscriptionsOf(context: Context, { customer, subscription }: Parameters): Stripe.Subscription[] {
  if (subscription !== undefined) {
    const found = existing(context, 'subscription', subscription, 'subscription')
    return customer === undefined || idOf(found.customer) === customer ? [found] : []
  }
  const { id } = existing(context, 'customer', customer ?? '', 'customer')
  return [...context.store.where('subscription', 'customer', id)]
}

function previewOf(
  context: Context,
  before: Stripe.Subscription,
  parameters: Parameters,
): Stripe.Invoice | undefined {
  const change = updateOf(parameters)
  if (change === undefined) return previewNextInvoice(context, before)
  return simulate(context, context.clock.now(), (simulated) => {
    const { wanted, isBilledAnew } = wantedSubscription(simulated, before, change)
    if (!isBilledAnew) {
      simulated.store.put('subscription', wanted)
      return previewNextInvoice(simulated, wanted)
    }
    const changed = changeSubscription(simulated, before, changeOf(simulated, before, wanted, change))
    return changed.invoice === null
      ? previewNextInvoice(simulated, changed.subscription)
      : asPreview(simulated, changed.invoice)
  })
}

/** The preview's parameters as those of the update that they stand for; undefined when nothing would change. */
function updateOf(parameters: Parameters): Stripe.SubscriptionUpdateParams | undefined {
  const { subscription_details: details, discounts } = parameters
  if (details === undefined && discounts === undefined) return undefined
  const { metadata: _, ...change } = details ?? {}
  // A boundary: `subscription_details` has the names and types of an update's own parameters, as far as we take it.
  return { ...change, ...(discounts === undefined ? {} : { discounts }) } as Stripe.SubscriptionUpdateParams
}
