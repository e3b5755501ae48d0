import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'

export const invoicePaymentRoutes: readonly Route[] = [
  defineRoute<Stripe.InvoicePaymentListParams>({
    method: 'GET',
    path: '/v1/invoice_payments',
    supports: ['invoice', 'payment.type', 'payment.payment_intent', 'status', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { invoice, payment, status, created } = parameters
      const { store } = context
      const intent = payment?.payment_intent
      checkNamed(context, { invoice })
      return page(context, 'invoice_payment', {
        url: '/v1/invoice_payments',
        parameters,
        among:
          (intent !== undefined && store.where('invoice_payment', 'payment_intent', intent)) ||
          (invoice !== undefined && store.where('invoice_payment', 'invoice', invoice)) ||
          store.all('invoice_payment'),
        filter: (each) =>
          (invoice === undefined || idOf(each.invoice) === invoice) &&
          (payment === undefined || each.payment.type === payment.type) &&
          (status === undefined || each.status === status) &&
          inRange(each.created, created),
      })
    },
  }),
  defineRoute<Stripe.InvoicePaymentRetrieveParams>({
    method: 'GET',
    path: '/v1/invoice_payments/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'invoice_payment', id),
  }),
]
