import type Stripe from 'stripe'
import { endDiscount } from '../billing/discounts.ts'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'

export const discountRoutes: readonly Route[] = [
  defineRoute<Stripe.SubscriptionDeleteDiscountParams>({
    method: 'DELETE',
    path: '/v1/subscriptions/:id/discount',
    supports: [],
    handle: (context, _, { id = '' }) => deleteDiscount(context, existing(context, 'subscription', id)),
  }),
  // A discount of a customer's own can only be given in Stripe's dashboard by now, so nobody has one here.
  defineRoute<Stripe.CustomerDeleteDiscountParams>({
    method: 'DELETE',
    path: '/v1/customers/:id/discount',
    supports: [],
    handle: (context, _, { id = '' }) => {
      throw noDiscount('customer', existing(context, 'customer', id).id)
    },
  }),
]

function deleteDiscount(context: Context, subscription: Stripe.Subscription): Stripe.DeletedDiscount {
  const [first, second] = subscription.discounts.flatMap((discount) => idOf(discount) ?? [])
  const discount = context.store.get('discount', first ?? '')
  if (discount === undefined) throw noDiscount('subscription', subscription.id)
  if (second !== undefined) {
    throw new StripeApiError(
      `Subscription ${subscription.id} has several discounts. Say with \`discounts\` of an update which ones are to stay.`,
    )
  }
  endDiscount(context, discount.id)
  const after = { ...subscription, discounts: [] }
  saveChanges(context, 'subscription', subscription, after, 'customer.subscription.updated')
  const { end: _, ...rest } = discount
  return { ...rest, deleted: true }
}

function noDiscount(noun: string, id: string): StripeApiError {
  return new StripeApiError(`No active discount for ${noun}: ${id}`, {
    status: 404,
    code: 'resource_missing',
  })
}
