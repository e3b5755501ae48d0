import type Stripe from 'stripe'
import { earliestPeriodEnd } from '../billing/cancel-subscription.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import { searchPage } from '../wire/search-page.ts'
import type { SearchFields } from '../wire/search-query.ts'
import { checkNamed } from './check-named.ts'

type Parameters = Stripe.SubscriptionListParams

export const subscriptionListParameters = [
  'automatic_tax.enabled',
  'collection_method',
  'created',
  'created.*',
  'current_period_end',
  'current_period_end.*',
  'current_period_start',
  'current_period_start.*',
  'customer',
  'plan',
  'price',
  'status',
  'test_clock',
] as const

/** Those on test clocks are only there for who asks for the customer or the clock. */
export function listSubscriptions(
  context: Context,
  parameters: Parameters,
): Stripe.ApiList<Stripe.Subscription> {
  const { customer, price, plan, test_clock: clock } = parameters
  checkNamed(context, { customer, price })
  if (plan !== undefined) existing(context, 'price', plan, 'plan')
  if (clock !== undefined) existing(context, 'test_helpers.test_clock', clock, 'test_clock')
  return page(context, 'subscription', {
    url: '/v1/subscriptions',
    parameters,
    ...(customer === undefined ? {} : { among: context.store.where('subscription', 'customer', customer) }),
    filter: (subscription) => isListed(subscription, parameters),
  })
}

const fields: SearchFields<Stripe.Subscription> = {
  canceled_at: { kind: 'number', read: (subscription) => subscription.canceled_at },
  created: { kind: 'number', read: (subscription) => subscription.created },
  status: { kind: 'text', read: (subscription) => subscription.status },
}

export function searchSubscriptions(
  context: Context,
  parameters: Stripe.SubscriptionSearchParams,
): Stripe.ApiSearchResult<Stripe.Subscription> {
  return searchPage(context, 'subscription', parameters, { url: '/v1/subscriptions/search', fields })
}

function isListed(subscription: Stripe.Subscription, parameters: Parameters): boolean {
  const { customer, price, plan, test_clock: clock } = parameters
  const prices = subscription.items.data.map((item) => item.price.id)
  const starts = subscription.items.data.map((item) => item.current_period_start)
  const ownClock = idOf(subscription.test_clock)
  return (
    (customer === undefined || idOf(subscription.customer) === customer) &&
    (clock === undefined ? customer !== undefined || ownClock === null : ownClock === clock) &&
    (price === undefined || prices.includes(price)) &&
    (plan === undefined || prices.includes(plan)) &&
    (parameters.automatic_tax?.enabled ?? subscription.automatic_tax.enabled) ===
      subscription.automatic_tax.enabled &&
    (parameters.collection_method ?? subscription.collection_method) === subscription.collection_method &&
    hasStatus(subscription, parameters.status) &&
    inRange(subscription.created, parameters.created) &&
    inRange(earliestPeriodEnd(subscription), parameters.current_period_end) &&
    inRange(Math.max(...starts), parameters.current_period_start)
  )
}

/** Without `status`, everything that has not been canceled. */
function hasStatus(subscription: Stripe.Subscription, status: string | undefined): boolean {
  switch (status) {
    case undefined:
      return subscription.status !== 'canceled'
    case 'all':
      return true
    case 'ended':
      return subscription.status === 'canceled' || subscription.status === 'incomplete_expired'
    default:
      return subscription.status === status
  }
}
