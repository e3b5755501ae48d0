import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { cancelSetupIntent } from './cancel-setup-intent.ts'
import { checkNamed } from './check-named.ts'
import { confirmSetupIntent } from './confirm-setup-intent.ts'
import { createSetupIntent, updateSetupIntent } from './create-setup-intent.ts'

export const setupIntentRoutes: readonly Route[] = [
  defineRoute<Stripe.SetupIntentCreateParams>({
    method: 'POST',
    path: '/v1/setup_intents',
    supports: [
      'allowed_payment_method_types',
      'customer',
      'description',
      'mandate_data.*',
      'metadata.*',
      'payment_method',
      'usage',
      'automatic_payment_methods.enabled',
      'automatic_payment_methods.allow_redirects',
      'confirm',
      'return_url',
    ],
    handle: createSetupIntent,
  }),
  defineRoute<Stripe.SetupIntentListParams>({
    method: 'GET',
    path: '/v1/setup_intents',
    supports: ['customer', 'payment_method', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { customer, payment_method: paymentMethod, created } = parameters
      checkNamed(context, { customer })
      const { store } = context
      return page(context, 'setup_intent', {
        url: '/v1/setup_intents',
        parameters,
        among:
          customer === undefined
            ? store.all('setup_intent')
            : store.where('setup_intent', 'customer', customer),
        filter: (intent) =>
          (paymentMethod === undefined || idOf(intent.payment_method) === paymentMethod) &&
          inRange(intent.created, created),
      })
    },
  }),
  defineRoute<Stripe.SetupIntentRetrieveParams>({
    method: 'GET',
    path: '/v1/setup_intents/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'setup_intent', id),
  }),
  defineRoute<Stripe.SetupIntentUpdateParams>({
    method: 'POST',
    path: '/v1/setup_intents/:id',
    supports: ['customer', 'description', 'metadata.*', 'payment_method'],
    handle: updateSetupIntent,
  }),
  defineRoute<Stripe.SetupIntentConfirmParams>({
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    supports: ['mandate_data.*', 'payment_method', 'return_url'],
    handle: (context, parameters, { id = '' }) =>
      confirmSetupIntent(context, existing(context, 'setup_intent', id), parameters),
  }),
  defineRoute<Stripe.SetupIntentCancelParams>({
    method: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    supports: ['cancellation_reason'],
    handle: cancelSetupIntent,
  }),
]
