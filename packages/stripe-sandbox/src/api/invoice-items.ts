import type Stripe from 'stripe'
import { announceCustomer } from '../billing/announce-customer.ts'
import { saveDraft, withItem, withoutItem } from '../billing/draft-lines.ts'
import type { Context } from '../context.ts'
import { buildInvoiceItem } from '../objects/invoice-item.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { checkedCurrency } from './checked-currency.ts'
import { editableDraft } from './editable-draft.ts'
import { changedItem, type ItemParameters, itemParameters } from './invoice-item-terms.ts'

export const invoiceItemRoutes: readonly Route[] = [
  defineRoute<Stripe.InvoiceItemCreateParams>({
    method: 'POST',
    path: '/v1/invoiceitems',
    supports: [...itemParameters, 'currency', 'customer', 'invoice', 'subscription', 'unit_amount_decimal'],
    handle: createItem,
  }),
  defineRoute<Stripe.InvoiceItemListParams>({
    method: 'GET',
    path: '/v1/invoiceitems',
    supports: ['customer', 'invoice', 'pending', 'created', 'created.*'],
    handle: listItems,
  }),
  defineRoute<Stripe.InvoiceItemRetrieveParams>({
    method: 'GET',
    path: '/v1/invoiceitems/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'invoiceitem', id),
  }),
  defineRoute<Stripe.InvoiceItemUpdateParams>({
    method: 'POST',
    path: '/v1/invoiceitems/:id',
    supports: [...itemParameters, 'unit_amount_decimal'],
    handle: (context, parameters, { id = '' }) => {
      const item = existing(context, 'invoiceitem', id)
      const draft = draftOf(context, item)
      const after = changedItem(context, item, parameters)
      context.store.put('invoiceitem', after)
      if (draft) saveDraft(context, draft, withItem(context, draft, after))
      return after
    },
  }),
  defineRoute<Stripe.InvoiceItemDeleteParams>({
    method: 'DELETE',
    path: '/v1/invoiceitems/:id',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const item = existing(context, 'invoiceitem', id)
      const draft = draftOf(context, item)
      const deleted = deleteItem(context, item)
      if (draft) saveDraft(context, draft, withoutItem(draft, id))
      return deleted
    },
  }),
]

function createItem(context: Context, parameters: Stripe.InvoiceItemCreateParams): Stripe.InvoiceItem {
  const draft = parameters.invoice === undefined ? undefined : editableDraft(context, parameters.invoice)
  const customer = billedCustomer(context, parameters, draft)
  const subscription = ownSubscription(context, parameters, customer)
  const currency = currencyOf(context, parameters, customer, draft)
  const item = newItem(context, parameters, { customer, currency, subscription, invoice: draft?.id ?? null })
  announceCustomer(context, customer, currency)
  context.emit('invoiceitem.created', item)
  if (draft) saveDraft(context, draft, withItem(context, draft, item))
  return item
}

/** Makes and stores an invoice item. Announces nothing. */
export function newItem(
  context: Context,
  parameters: ItemParameters,
  about: { customer: Stripe.Customer; currency: string; subscription: string | null; invoice: string | null },
  at: (param: string) => string = (param) => param,
): Stripe.InvoiceItem {
  const isPriced = [
    parameters.amount,
    parameters.unit_amount_decimal,
    parameters.price_data,
    parameters.pricing?.price,
  ]
  if (isPriced.every((value) => value === undefined)) throw parameterMissing(at('amount'))
  const now = context.clock.now()
  const blank = buildInvoiceItem(context.ids, {
    customer: about.customer,
    amountMinor: 0,
    currency: about.currency,
    description: null,
    date: now,
    period: { start: now, end: now },
    price: null,
    unitAmountDecimal: null,
    quantity: 1,
    subscription: about.subscription,
    subscriptionItem: null,
    isProration: false,
    isDiscountable: true,
    metadata: {},
  })
  const item = { ...changedItem(context, blank, parameters, at), invoice: about.invoice }
  context.store.put('invoiceitem', item)
  return item
}

/** Deletes an invoice item; `invoiceitem.deleted`. The line that it may have is the caller's. */
export function deleteItem(context: Context, item: Stripe.InvoiceItem): Stripe.DeletedInvoiceItem {
  context.store.delete('invoiceitem', item.id)
  context.emit('invoiceitem.deleted', item)
  return { id: item.id, object: 'invoiceitem', deleted: true }
}

function listItems(
  context: Context,
  parameters: Stripe.InvoiceItemListParams,
): Stripe.ApiList<Stripe.InvoiceItem> {
  const { customer, invoice, pending, created } = parameters
  checkNamed(context, { customer, invoice })
  const { store } = context
  return page(context, 'invoiceitem', {
    url: '/v1/invoiceitems',
    parameters,
    among:
      (invoice !== undefined && store.where('invoiceitem', 'invoice', invoice)) ||
      (customer !== undefined && store.where('invoiceitem', 'customer', customer)) ||
      store.all('invoiceitem'),
    filter: (item) =>
      (customer === undefined || idOf(item.customer) === customer) &&
      (pending === undefined || (item.invoice === null) === pending) &&
      inRange(item.date, created),
  })
}

/** The draft that has the item's line; undefined while the item is pending. @throws StripeApiError once it is finalized. */
function draftOf(context: Context, item: Stripe.InvoiceItem): Stripe.Invoice | undefined {
  const id = idOf(item.invoice)
  return id === null ? undefined : editableDraft(context, id)
}

function billedCustomer(
  context: Context,
  { customer }: Stripe.InvoiceItemCreateParams,
  draft: Stripe.Invoice | undefined,
): Stripe.Customer {
  const id = customer ?? idOf(draft?.customer)
  if (id === null) throw parameterMissing('customer')
  if (draft && idOf(draft.customer) !== id) {
    throw parameterInvalid('invoice', `The invoice ${draft.id} does not belong to customer ${id}.`)
  }
  return existing(context, 'customer', id, 'customer')
}

function ownSubscription(
  context: Context,
  { subscription: id }: Stripe.InvoiceItemCreateParams,
  customer: Stripe.Customer,
): string | null {
  if (id === undefined) return null
  const subscription = existing(context, 'subscription', id, 'subscription')
  if (idOf(subscription.customer) !== customer.id) {
    throw parameterInvalid(
      'subscription',
      `Customer ${customer.id} does not have a subscription with ID ${id}`,
    )
  }
  if (subscription.ended_at !== null) {
    throw new StripeApiError(`The subscription ${id} has been canceled and takes no more invoice items.`, {
      param: 'subscription',
    })
  }
  return subscription.id
}

function currencyOf(
  context: Context,
  { currency, price_data: data, pricing }: Stripe.InvoiceItemCreateParams,
  customer: Stripe.Customer,
  draft: Stripe.Invoice | undefined,
): string {
  const ofPrice = data?.currency.toLowerCase() ?? context.store.get('price', pricing?.price ?? '')?.currency
  const wanted =
    currency === undefined
      ? (ofPrice ?? draft?.currency ?? customer.currency ?? 'usd')
      : checkedCurrency(currency, 'currency')
  if (draft && draft.currency !== wanted) {
    throw new StripeApiError(
      `You cannot combine currencies on a single invoice. This invoice has items with currency ${draft.currency}, and the new one is in ${wanted}.`,
      { param: 'currency' },
    )
  }
  return wanted
}
