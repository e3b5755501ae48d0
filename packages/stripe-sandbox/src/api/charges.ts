import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'

export const chargeRoutes: readonly Route[] = [
  defineRoute<Stripe.ChargeListParams>({
    method: 'GET',
    path: '/v1/charges',
    supports: ['customer', 'payment_intent', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { customer, payment_intent: intent, created } = parameters
      checkNamed(context, { customer, payment_intent: intent })
      const { store } = context
      return page(context, 'charge', {
        url: '/v1/charges',
        parameters,
        among:
          (intent !== undefined && store.where('charge', 'payment_intent', intent)) ||
          (customer !== undefined && store.where('charge', 'customer', customer)) ||
          store.all('charge'),
        filter: (charge) =>
          (customer === undefined || idOf(charge.customer) === customer) && inRange(charge.created, created),
      })
    },
  }),
  defineRoute<Stripe.ChargeRetrieveParams>({
    method: 'GET',
    path: '/v1/charges/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'charge', id),
  }),
]
