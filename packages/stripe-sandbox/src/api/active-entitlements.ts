import type Stripe from 'stripe'
import { shownEntitlement } from '../billing/entitlements/entitlement-summary.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'

export const activeEntitlementRoutes: readonly Route[] = [
  defineRoute<Stripe.Entitlements.ActiveEntitlementListParams>({
    method: 'GET',
    path: '/v1/entitlements/active_entitlements',
    supports: ['customer'],
    handle: (context, parameters) => {
      checkNamed(context, { customer: parameters.customer })
      const held = [...context.store.where('active_entitlement', 'customer', parameters.customer)]
      return embeddedList(held.map(shownEntitlement), parameters, '/v1/entitlements/active_entitlements')
    },
  }),
  defineRoute<Stripe.Entitlements.ActiveEntitlementRetrieveParams>({
    method: 'GET',
    path: '/v1/entitlements/active_entitlements/:id',
    supports: [],
    handle: (context, _, { id = '' }) => shownEntitlement(existing(context, 'active_entitlement', id)),
  }),
]
