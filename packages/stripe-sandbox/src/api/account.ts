import type Stripe from 'stripe'
import { buildAccount } from '../objects/account.ts'
import { defineRoute } from '../wire/define-route.ts'
import type { Route } from '../wire/route.ts'

export const accountRoutes: readonly Route[] = [
  defineRoute<Stripe.AccountRetrieveCurrentParams>({
    method: 'GET',
    path: '/v1/account',
    supports: [],
    handle: buildAccount,
  }),
]
