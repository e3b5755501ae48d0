import type Stripe from 'stripe'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'

export const setupIntentRoutes: readonly Route[] = [
  defineRoute<Stripe.SetupIntentRetrieveParams>({
    method: 'GET',
    path: '/v1/setup_intents/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'setup_intent', id),
  }),
]
