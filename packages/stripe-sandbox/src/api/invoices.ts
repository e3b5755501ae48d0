import type Stripe from 'stripe'
import { voidInvoice } from '../billing/void-invoice.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { payInvoice } from './pay-invoice.ts'
import { createPreview, previewParameters } from './preview-invoice.ts'

export const invoiceRoutes: readonly Route[] = [
  defineRoute<Stripe.InvoiceListParams>({
    method: 'GET',
    path: '/v1/invoices',
    supports: ['customer', 'subscription', 'status', 'collection_method', 'created', 'created.*'],
    handle: listInvoices,
  }),
  defineRoute<Stripe.InvoiceCreatePreviewParams>({
    method: 'POST',
    path: '/v1/invoices/create_preview',
    supports: previewParameters,
    handle: createPreview,
  }),
  defineRoute<Stripe.InvoiceRetrieveParams>({
    method: 'GET',
    path: '/v1/invoices/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'invoice', id),
  }),
  defineRoute<Stripe.InvoiceListLineItemsParams>({
    method: 'GET',
    path: '/v1/invoices/:id/lines',
    supports: [],
    handle: (context, parameters, { id = '' }) => {
      const { lines } = existing(context, 'invoice', id)
      return embeddedList(lines.data, parameters, lines.url)
    },
  }),
  defineRoute<Stripe.InvoicePayParams>({
    method: 'POST',
    path: '/v1/invoices/:id/pay',
    supports: ['payment_method', 'off_session'],
    handle: payInvoice,
  }),
  defineRoute<Stripe.InvoiceVoidInvoiceParams>({
    method: 'POST',
    path: '/v1/invoices/:id/void',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const invoice = existing(context, 'invoice', id)
      if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
        throw new StripeApiError(
          `You can only pass in open or uncollectible invoices. This invoice's status is ${invoice.status}.`,
          { code: 'status_transition_invalid' },
        )
      }
      return voidInvoice(context, invoice)
    },
  }),
]

function listInvoices(
  context: Context,
  parameters: Stripe.InvoiceListParams,
): Stripe.ApiList<Stripe.Invoice> {
  const { customer, subscription, status, created } = parameters
  checkNamed(context, { customer, subscription })
  const { store } = context
  const among =
    (subscription !== undefined && store.where('invoice', 'subscription', subscription)) ||
    (customer !== undefined && store.where('invoice', 'customer', customer)) ||
    store.all('invoice')
  return page(context, 'invoice', {
    url: '/v1/invoices',
    parameters,
    among,
    filter: (invoice) =>
      (customer === undefined || idOf(invoice.customer) === customer) &&
      (status === undefined || invoice.status === status) &&
      (parameters.collection_method === undefined ||
        invoice.collection_method === parameters.collection_method) &&
      inRange(invoice.created, created),
  })
}
