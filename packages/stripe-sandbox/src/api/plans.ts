import type Stripe from 'stripe'
import { buildPlan } from '../objects/plan.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { resourceMissing } from '../wire/error-catalogue.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

/** Recurring prices under their older name, to read. They are made and changed as prices. */
export const planRoutes: readonly Route[] = [
  defineRoute<Stripe.PlanListParams>({
    method: 'GET',
    path: '/v1/plans',
    supports: ['active', 'created', 'created.*', 'product'],
    handle: (context, parameters): Stripe.ApiList<Stripe.Plan> => {
      const prices = page(context, 'price', {
        url: '/v1/plans',
        noun: 'plan',
        parameters,
        filter: (price) =>
          price.recurring !== null &&
          (parameters.active ?? price.active) === price.active &&
          (parameters.product ?? idOf(price.product)) === idOf(price.product) &&
          inRange(price.created, parameters.created),
      })
      return { ...prices, data: prices.data.map(buildPlan) }
    },
  }),
  defineRoute<Stripe.PlanRetrieveParams>({
    method: 'GET',
    path: '/v1/plans/:id',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const price = context.store.get('price', id)
      if (!price?.recurring) throw resourceMissing('plan', id)
      return buildPlan(price)
    },
  }),
]
