import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { createInvoice, invoiceCreateParameters } from './create-invoice.ts'
import { itemParameters, itemParametersIn } from './invoice-item-terms.ts'
import { addLines, removeLines, updateLine, updateLines } from './invoice-lines.ts'
import {
  deleteHandler,
  finalizeHandler,
  markUncollectibleHandler,
  sendHandler,
  voidHandler,
} from './invoice-steps.ts'
import { payInvoice } from './pay-invoice.ts'
import { createPreview, previewParameters } from './preview-invoice.ts'
import { invoiceUpdateParameters, updateInvoice } from './update-invoice.ts'

export const invoiceRoutes: readonly Route[] = [
  defineRoute<Stripe.InvoiceListParams>({
    method: 'GET',
    path: '/v1/invoices',
    supports: [
      'customer',
      'subscription',
      'status',
      'collection_method',
      'created',
      'created.*',
      'due_date',
      'due_date.*',
    ],
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
  defineRoute<Stripe.InvoiceCreateParams>({
    method: 'POST',
    path: '/v1/invoices',
    supports: invoiceCreateParameters,
    handle: createInvoice,
  }),
  defineRoute<Stripe.InvoiceUpdateParams>({
    method: 'POST',
    path: '/v1/invoices/:id',
    supports: invoiceUpdateParameters,
    handle: updateInvoice,
  }),
  defineRoute<Stripe.InvoiceDeleteParams>({
    method: 'DELETE',
    path: '/v1/invoices/:id',
    supports: [],
    handle: deleteHandler,
  }),
  defineRoute<Stripe.InvoiceAddLinesParams>({
    method: 'POST',
    path: '/v1/invoices/:id/add_lines',
    supports: [...itemParametersIn('lines'), 'lines.invoice_item', 'invoice_metadata.*'],
    handle: addLines,
  }),
  defineRoute<Stripe.InvoiceUpdateLinesParams>({
    method: 'POST',
    path: '/v1/invoices/:id/update_lines',
    supports: [...itemParametersIn('lines'), 'lines.id', 'invoice_metadata.*'],
    handle: updateLines,
  }),
  defineRoute<Stripe.InvoiceRemoveLinesParams>({
    method: 'POST',
    path: '/v1/invoices/:id/remove_lines',
    supports: ['lines.id', 'lines.behavior', 'invoice_metadata.*'],
    handle: removeLines,
  }),
  defineRoute<Stripe.InvoiceUpdateLineItemParams>({
    method: 'POST',
    path: '/v1/invoices/:id/lines/:line',
    supports: itemParameters,
    handle: updateLine,
  }),
  defineRoute<Stripe.InvoiceFinalizeInvoiceParams>({
    method: 'POST',
    path: '/v1/invoices/:id/finalize',
    supports: ['auto_advance'],
    handle: finalizeHandler,
  }),
  defineRoute<Stripe.InvoiceSendInvoiceParams>({
    method: 'POST',
    path: '/v1/invoices/:id/send',
    supports: [],
    handle: sendHandler,
  }),
  defineRoute<Stripe.InvoicePayParams>({
    method: 'POST',
    path: '/v1/invoices/:id/pay',
    supports: ['payment_method', 'off_session', 'paid_out_of_band'],
    handle: payInvoice,
  }),
  defineRoute<Stripe.InvoiceVoidInvoiceParams>({
    method: 'POST',
    path: '/v1/invoices/:id/void',
    supports: [],
    handle: voidHandler,
  }),
  defineRoute<Stripe.InvoiceMarkUncollectibleParams>({
    method: 'POST',
    path: '/v1/invoices/:id/mark_uncollectible',
    supports: [],
    handle: markUncollectibleHandler,
  }),
]

function listInvoices(
  context: Context,
  parameters: Stripe.InvoiceListParams,
): Stripe.ApiList<Stripe.Invoice> {
  const { customer, subscription, status, created, due_date: due } = parameters
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
      inRange(invoice.created, created) &&
      (due === undefined || (invoice.due_date !== null && inRange(invoice.due_date, due))),
  })
}
