import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'

export const earlyFraudWarningRoutes: readonly Route[] = [
  defineRoute<Stripe.Radar.EarlyFraudWarningListParams>({
    method: 'GET',
    path: '/v1/radar/early_fraud_warnings',
    supports: ['charge', 'payment_intent', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { charge, payment_intent: intent, created } = parameters
      checkNamed(context, { charge, payment_intent: intent })
      return page(context, 'radar.early_fraud_warning', {
        url: '/v1/radar/early_fraud_warnings',
        parameters,
        filter: (warning) =>
          (charge === undefined || idOf(warning.charge) === charge) &&
          (intent === undefined || idOf(warning.payment_intent) === intent) &&
          inRange(warning.created, created),
      })
    },
  }),
  defineRoute<Stripe.Radar.EarlyFraudWarningRetrieveParams>({
    method: 'GET',
    path: '/v1/radar/early_fraud_warnings/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'radar.early_fraud_warning', id),
  }),
]
