import type Stripe from 'stripe'
import { refundCharge } from '../billing/refund-charge.ts'
import { changeRefund } from '../billing/refund-states.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'

export const refundRoutes: readonly Route[] = [
  defineRoute<Stripe.RefundCreateParams>({
    method: 'POST',
    path: '/v1/refunds',
    supports: ['charge', 'payment_intent', 'amount', 'reason', 'metadata.*'],
    handle: (context, parameters) =>
      refundCharge(context, chargeToRefund(context, parameters), {
        amountMinor: parameters.amount ?? null,
        reason: parameters.reason ?? null,
        metadata: mergedMetadata({}, parameters.metadata),
      }),
  }),
  defineRoute<Stripe.RefundListParams>({
    method: 'GET',
    path: '/v1/refunds',
    supports: ['charge', 'payment_intent', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { charge, payment_intent: intent, created } = parameters
      checkNamed(context, { charge, payment_intent: intent })
      const { store } = context
      return page(context, 'refund', {
        url: '/v1/refunds',
        parameters,
        among:
          (charge !== undefined && store.where('refund', 'charge', charge)) ||
          (intent !== undefined && store.where('refund', 'payment_intent', intent)) ||
          store.all('refund'),
        filter: (refund) =>
          (intent === undefined || idOf(refund.payment_intent) === intent) &&
          inRange(refund.created, created),
      })
    },
  }),
  defineRoute<Stripe.RefundRetrieveParams>({
    method: 'GET',
    path: '/v1/refunds/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'refund', id),
  }),
  defineRoute<Stripe.RefundUpdateParams>({
    method: 'POST',
    path: '/v1/refunds/:id',
    supports: ['metadata.*'],
    handle: (context, parameters, { id = '' }) => {
      const refund = existing(context, 'refund', id)
      const metadata = mergedMetadata(refund.metadata ?? {}, parameters.metadata)
      return changeRefund(context, refund, { ...refund, metadata })
    },
  }),
  defineRoute<Stripe.RefundCancelParams>({
    method: 'POST',
    path: '/v1/refunds/:id/cancel',
    supports: [],
    handle: (context, _, { id = '' }) => {
      existing(context, 'refund', id)
      // Only refunds that wait for the customer can be canceled, and cards' never do.
      throw new StripeApiError('Canceling this refund is unsupported.')
    },
  }),
]

function chargeToRefund(context: Context, parameters: Stripe.RefundCreateParams): Stripe.Charge {
  if (parameters.charge !== undefined) return existing(context, 'charge', parameters.charge, 'charge')
  if (parameters.payment_intent === undefined) {
    throw new StripeApiError(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  const intent = existing(context, 'payment_intent', parameters.payment_intent, 'payment_intent')
  const charge = context.store.get('charge', idOf(intent.latest_charge) ?? '')
  if (charge?.status === 'succeeded') return charge
  throw new StripeApiError(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
    code: 'payment_intent_unexpected_state',
    param: 'payment_intent',
  })
}
