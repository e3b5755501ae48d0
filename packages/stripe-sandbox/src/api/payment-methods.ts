import type Stripe from 'stripe'
import { attachPaymentMethod } from '../billing/attach-payment-method.ts'
import { cardError, checkCard, refuseUnplayedCard } from '../billing/check-card.ts'
import { detachPaymentMethod, saveCard } from '../billing/payment-methods.ts'
import { saveChanges } from '../billing/save-changes.ts'
import { isBankType } from '../billing/test-banks.ts'
import { testCardByNumber, testCardByToken } from '../billing/test-cards.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notSupportedYet, parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { detailsOf } from './billing-details.ts'
import { checkNamed } from './check-named.ts'
import { createBankAccount } from './create-bank-account.ts'

const billingDetails = ['address.*', 'email', 'name', 'phone', 'tax_id'].map(
  (field) => `billing_details.${field}`,
)

export const paymentMethodRoutes: readonly Route[] = [
  defineRoute<Stripe.PaymentMethodCreateParams>({
    method: 'POST',
    path: '/v1/payment_methods',
    supports: [
      'type',
      'card.number',
      'card.exp_month',
      'card.exp_year',
      'card.cvc',
      'card.token',
      'us_bank_account.account_number',
      'us_bank_account.routing_number',
      'us_bank_account.account_holder_type',
      'us_bank_account.account_type',
      'sepa_debit.iban',
      'metadata.*',
      ...billingDetails,
    ],
    handle: createPaymentMethod,
  }),
  defineRoute<Stripe.PaymentMethodListParams>({
    method: 'GET',
    path: '/v1/payment_methods',
    supports: ['customer', 'type'],
    handle: (context, parameters) => {
      if (parameters.customer === undefined) {
        throw notSupportedYet('Listing payment methods without a customer')
      }
      checkNamed(context, { customer: parameters.customer })
      return list(context, parameters.customer, parameters, '/v1/payment_methods')
    },
  }),
  defineRoute<Stripe.PaymentMethodRetrieveParams>({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'payment_method', id),
  }),
  defineRoute<Stripe.PaymentMethodUpdateParams>({
    method: 'POST',
    path: '/v1/payment_methods/:id',
    supports: ['metadata.*', ...billingDetails, 'card.exp_month', 'card.exp_year'],
    handle: updatePaymentMethod,
  }),
  defineRoute<Stripe.PaymentMethodAttachParams>({
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    supports: ['customer'],
    handle: (context, parameters, { id = '' }) => {
      if (parameters.customer === undefined) throw parameterMissing('customer')
      const customer = existing(context, 'customer', parameters.customer, 'customer')
      return attachPaymentMethod(context, id, customer.id, 'id')
    },
  }),
  defineRoute<Stripe.PaymentMethodDetachParams>({
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const paymentMethod = existing(context, 'payment_method', id)
      if (paymentMethod.customer === null) {
        throw new StripeApiError(
          'The payment method you provided is not attached to a customer so detachment is impossible.',
          { code: 'payment_method_unexpected_state' },
        )
      }
      return detachPaymentMethod(context, paymentMethod)
    },
  }),
  defineRoute<Stripe.CustomerListPaymentMethodsParams>({
    method: 'GET',
    path: '/v1/customers/:customer/payment_methods',
    supports: ['type'],
    handle: (context, parameters, { customer = '' }) => {
      const { id } = existing(context, 'customer', customer)
      return list(context, id, parameters, `/v1/customers/${id}/payment_methods`)
    },
  }),
  defineRoute<Stripe.CustomerRetrievePaymentMethodParams>({
    method: 'GET',
    path: '/v1/customers/:customer/payment_methods/:payment_method',
    supports: [],
    handle: (context, _, { customer = '', payment_method: id = '' }) => {
      const paymentMethod = existing(context, 'payment_method', id)
      if (idOf(paymentMethod.customer) !== existing(context, 'customer', customer).id) {
        throw resourceMissing('PaymentMethod', id)
      }
      return paymentMethod
    },
  }),
]

function list(
  context: Context,
  customer: string,
  parameters: Stripe.CustomerListPaymentMethodsParams,
  url: string,
): object {
  return page(context, 'payment_method', {
    url,
    parameters,
    among: context.store.where('payment_method', 'customer', customer),
    filter: (paymentMethod) => parameters.type === undefined || paymentMethod.type === parameters.type,
  })
}

function createPaymentMethod(
  context: Context,
  parameters: Stripe.PaymentMethodCreateParams,
): Stripe.PaymentMethod {
  if (parameters.type === undefined) throw parameterMissing('type')
  if (isBankType(parameters.type)) return createBankAccount(context, parameters, parameters.type)
  if (parameters.type !== 'card')
    throw notSupportedYet(`A payment method of type '${parameters.type}'`, 'type')
  const card = parameters.card
  if (card === undefined) throw parameterMissing('card')
  const details = detailsOf(parameters.billing_details)
  const metadata = mergedMetadata({}, parameters.metadata)
  if (card.token !== undefined) {
    const tokenCard = card.token.startsWith('tok_') ? testCardByToken(card.token) : undefined
    if (tokenCard === undefined) throw resourceMissing('token', card.token, 'card[token]')
    refuseUnplayedCard(tokenCard)
    const expYear =
      Number(new Intl.DateTimeFormat('en', { year: 'numeric' }).format(context.clock.nowMs())) + 1
    return saveCard(context, { card: tokenCard, expMonth: 12, expYear }, details, metadata)
  }
  if (card.number === undefined) throw parameterMissing('card[number]')
  if (card.exp_month === undefined) throw parameterMissing('card[exp_month]')
  if (card.exp_year === undefined) throw parameterMissing('card[exp_year]')
  const known = testCardByNumber(card.number.replaceAll(/[\s-]/g, ''))
  if (known) refuseUnplayedCard(known)
  const checked = checkCard(
    { number: card.number, expMonth: card.exp_month, expYear: card.exp_year, cvc: card.cvc ?? '123' },
    context.clock.nowMs(),
  )
  if ('code' in checked) throw cardError(checked, {}, paramOf(checked.code))
  return saveCard(context, { ...checked, hasCvc: card.cvc !== undefined }, details, metadata)
}

function updatePaymentMethod(
  context: Context,
  parameters: Stripe.PaymentMethodUpdateParams,
  { id = '' }: Record<string, string>,
): Stripe.PaymentMethod {
  const before = existing(context, 'payment_method', id)
  if (before.customer === null) {
    throw new StripeApiError('You must save this PaymentMethod to a customer before you can update it.', {
      code: 'payment_method_unexpected_state',
    })
  }
  const after: Stripe.PaymentMethod = {
    ...before,
    billing_details: { ...before.billing_details, ...detailsOf(parameters.billing_details) },
    metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata),
    ...(before.card === undefined
      ? {}
      : {
          card: {
            ...before.card,
            exp_month: parameters.card?.exp_month ?? before.card.exp_month,
            exp_year: parameters.card?.exp_year ?? before.card.exp_year,
          },
        }),
  }
  return saveChanges(context, 'payment_method', before, after, 'payment_method.updated')
}

/** Which typed field an input error blames. */
function paramOf(code: string): string {
  if (code.includes('month')) return 'card[exp_month]'
  if (code.includes('year')) return 'card[exp_year]'
  return code.includes('cvc') ? 'card[cvc]' : 'card[number]'
}
