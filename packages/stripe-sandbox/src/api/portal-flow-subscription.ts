import type Stripe from 'stripe'
import { whyNotPausable } from '../billing/pause-subscription.ts'
import { quoteInPortal } from '../billing/portal-change.ts'
import { canPause } from '../billing/portal-pause.ts'
import { planOptions, scheduledChangeAt } from '../billing/portal-plans.ts'
import type { PortalTerms } from '../billing/portal-visit.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { redemptionsOf } from './redemptions.ts'

type Given = Stripe.BillingPortal.SessionCreateParams.FlowData
type Flow = Stripe.BillingPortal.Session.Flow

export function canceledFlow(
  context: Context,
  visit: PortalTerms,
  { subscription: id, retention }: NonNullable<Given['subscription_cancel']>,
): NonNullable<Flow['subscription_cancel']> {
  const subscription = liveSubscription(context, visit, id, 'flow_data[subscription_cancel][subscription]')
  // Stripe's words, as several shops report them, also where only `cancel_at` is set.
  if (subscription.cancel_at !== null) {
    throw new StripeApiError(`The subscription ${id} is already set to be canceled at period end.`)
  }
  if (scheduledChangeAt(context, subscription) !== null) throw notChangeable(id, 'canceled')
  if (retention === undefined) return { retention: null, subscription: id }
  const { coupon } = retention.coupon_offer
  const buyer = { customer: visit.customer.id, currency: subscription.currency, totalMinor: null }
  redemptionsOf(context, [{ coupon }], buyer, 'flow_data[subscription_cancel][retention][coupon_offer]')
  return { retention: { coupon_offer: { coupon }, type: 'coupon_offer' }, subscription: id }
}

export function pausedFlow(
  context: Context,
  visit: PortalTerms,
  { subscription: id }: NonNullable<Given['subscription_pause']>,
): NonNullable<Flow['subscription_pause']> {
  const subscription = liveSubscription(context, visit, id, 'flow_data[subscription_pause][subscription]')
  const problem = whyNotPausable(subscription)
  if (problem !== null) throw new StripeApiError(problem)
  if (!canPause(visit, subscription)) throw new StripeApiError(`The subscription ${id} is set to end.`)
  return { subscription: id }
}

export function updatedFlow(
  context: Context,
  visit: PortalTerms,
  { subscription: id }: NonNullable<Given['subscription_update']>,
): NonNullable<Flow['subscription_update']> {
  const subscription = liveSubscription(context, visit, id, 'flow_data[subscription_update][subscription]')
  if (planOptions(context, visit, subscription).length === 0) throw notChangeable(id, 'updated')
  return { subscription: id }
}

export function confirmedFlow(
  context: Context,
  visit: PortalTerms,
  { subscription: id, items, discounts }: NonNullable<Given['subscription_update_confirm']>,
): NonNullable<Flow['subscription_update_confirm']> {
  const at = 'flow_data[subscription_update_confirm]'
  const subscription = liveSubscription(context, visit, id, `${at}[subscription]`)
  const [wanted, ...others] = items
  if (wanted === undefined) throw parameterMissing(`${at}[items]`)
  if (others.length > 0) throw parameterInvalid(`${at}[items]`, 'Only one item can be updated.')
  const item = subscription.items.data.find((each) => each.id === wanted.id)
  if (item === undefined) throw resourceMissing('subscription item', wanted.id, `${at}[items][0][id]`)
  const options = planOptions(context, visit, subscription)
  if (options.length === 0) throw notChangeable(id, 'updated')
  const price =
    wanted.price === undefined
      ? item.price
      : existing(context, 'price', wanted.price, `${at}[items][0][price]`)
  if (!options.some((option) => option.price.id === price.id)) {
    throw new StripeApiError(
      `The item \`${item.id}\` cannot be updated to price \`${price.id}\` because the configuration \`${visit.configuration.id}\` does not include the price in its \`features[subscription_update][products]\`.`,
    )
  }
  const quantity = wanted.quantity ?? item.quantity ?? 1
  if (price.id === item.price.id && quantity === (item.quantity ?? 1)) {
    throw new StripeApiError('Cannot update the subscription because there are no changes to confirm.')
  }
  const quote = quoteInPortal(context, visit, subscription, { price: price.id, quantity, code: '' })
  if ('message' in quote) throw parameterInvalid(`${at}[items][0][${quote.field}]`, quote.message)
  if (quote.quantity !== quantity) {
    throw parameterInvalid(
      `${at}[items][0][quantity]`,
      'The configuration does not let customers change the quantity.',
    )
  }
  if ((discounts?.length ?? 0) > 1)
    throw parameterInvalid(`${at}[discounts]`, 'Only one discount can be applied.')
  const buyer = { customer: visit.customer.id, currency: subscription.currency, totalMinor: null }
  redemptionsOf(context, discounts ?? [], buyer, `${at}[discounts]`)
  return {
    discounts:
      discounts?.map((discount) => ({
        coupon: discount.coupon ?? null,
        promotion_code: discount.promotion_code ?? null,
      })) ?? null,
    items: [{ id: item.id, price: price.id, quantity }],
    subscription: id,
  }
}

function liveSubscription(
  context: Context,
  { customer }: PortalTerms,
  id: string,
  param: string,
): Stripe.Subscription {
  const subscription = existing(context, 'subscription', id, param)
  if (idOf(subscription.customer) !== customer.id) throw resourceMissing('subscription', id, param)
  if (subscription.ended_at === null) return subscription
  throw new StripeApiError(`The subscription ${id} is already canceled.`, { param })
}

function notChangeable(id: string, how: 'canceled' | 'updated'): StripeApiError {
  return new StripeApiError(
    `The subscription ${id} cannot be ${how} in the portal: it has several items, a metered price, a schedule, sent invoices or an end, is not running, or nothing else is offered.`,
  )
}
