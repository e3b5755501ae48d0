import type Stripe from 'stripe'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'

/** A mandate is made with the debit that needs it (mandates.ts). */
export const mandateRoutes: readonly Route[] = [
  defineRoute<Stripe.MandateRetrieveParams>({
    method: 'GET',
    path: '/v1/mandates/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'mandate', id),
  }),
]
