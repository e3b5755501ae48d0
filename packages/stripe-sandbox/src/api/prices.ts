import type Stripe from 'stripe'
import { refreshPrice } from '../billing/refresh-price.ts'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { buildProduct } from '../objects/product.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parametersExclusive, resourceAlreadyExists } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { createPrice, takeLookupKey } from './create-price.ts'
import { currencyOptions, kindOf } from './price-terms.ts'
import { changedProduct } from './product-changes.ts'

const settable = ['active', 'lookup_key', 'metadata.*', 'nickname', 'tax_behavior', 'transfer_lookup_key']

export const priceRoutes: readonly Route[] = [
  defineRoute<Stripe.PriceCreateParams>({
    method: 'POST',
    path: '/v1/prices',
    supports: [
      ...settable,
      'billing_scheme',
      'currency',
      'currency_options.*',
      'custom_unit_amount.*',
      'product',
      'product_data.active',
      'product_data.id',
      'product_data.metadata.*',
      'product_data.name',
      'product_data.statement_descriptor',
      'product_data.tax_code',
      'product_data.unit_label',
      'recurring.interval',
      'recurring.interval_count',
      'recurring.meter',
      'recurring.usage_type',
      'tiers.*',
      'tiers_mode',
      'transform_quantity.*',
      'unit_amount',
      'unit_amount_decimal',
    ],
    handle: (context, parameters) =>
      createPrice(context, { ...parameters, product: productOf(context, parameters) }),
  }),
  defineRoute<Stripe.PriceListParams>({
    method: 'GET',
    path: '/v1/prices',
    supports: [
      'active',
      'created',
      'created.*',
      'currency',
      'lookup_keys',
      'product',
      'recurring.interval',
      'recurring.meter',
      'recurring.usage_type',
      'type',
    ],
    handle: (context, parameters) => {
      checkNamed(context, { product: parameters.product })
      return page(context, 'price', {
        url: '/v1/prices',
        parameters,
        ...(parameters.product === undefined
          ? {}
          : { among: context.store.where('price', 'product', parameters.product) }),
        filter: (price) =>
          isListed(price, parameters) && context.store.get('price_scope', price.id)?.isInline !== true,
      })
    },
  }),
  defineRoute<Stripe.PriceRetrieveParams>({
    method: 'GET',
    path: '/v1/prices/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'price', id),
  }),
  defineRoute<Stripe.PriceUpdateParams>({
    method: 'POST',
    path: '/v1/prices/:id',
    supports: [...settable, 'currency_options.*'],
    handle: (context, parameters, { id = '' }) =>
      updatePrice(context, existing(context, 'price', id), parameters),
  }),
]

/** The product that a new price is for: named, or made on the spot. */
function productOf(context: Context, { product, product_data: data }: Stripe.PriceCreateParams): string {
  if (product !== undefined && data) throw parametersExclusive(['product', 'product_data'])
  if (product !== undefined) return product
  if (!data) {
    throw new StripeApiError('You must specify either `product` or `product_data` when creating a price.', {
      code: 'parameter_missing',
      param: 'product',
      isRemembered: false,
    })
  }
  const { id, ...fields } = data
  if (id !== undefined && context.store.get('product', id)) throw resourceAlreadyExists('Product')
  const created = changedProduct(buildProduct(context.ids, data.name, context.clock.now(), id), fields)
  context.store.put('product', created)
  context.emit('product.created', created)
  return created.id
}

function updatePrice(
  context: Context,
  price: Stripe.Price,
  parameters: Stripe.PriceUpdateParams,
): Stripe.Price {
  const { lookup_key: lookupKey, active } = parameters
  const product = context.store.get('product', idOf(price.product) ?? '')
  if (active === false && product?.default_price === price.id) {
    throw new StripeApiError(
      'This price cannot be archived because it is the default price of its product.',
      {
        param: 'active',
      },
    )
  }
  if (lookupKey !== undefined) {
    takeLookupKey(context, lookupKey, price.id, parameters.transfer_lookup_key ?? false)
  }
  if (parameters.currency_options) addCurrencies(context, price, parameters.currency_options)
  const after: Stripe.Price = {
    ...price,
    active: active ?? price.active,
    lookup_key: lookupKey ?? price.lookup_key,
    metadata: mergedMetadata(price.metadata, parameters.metadata),
    nickname: parameters.nickname ?? price.nickname,
    tax_behavior: parameters.tax_behavior ?? price.tax_behavior,
  }
  const saved = saveChanges(context, 'price', price, after, 'price.updated')
  refreshPrice(context, saved)
  return saved
}

/** A price can be sold in further currencies; what it costs in its own never changes. */
function addCurrencies(
  context: Context,
  price: Stripe.Price,
  options: NonNullable<Stripe.PriceCreateParams['currency_options']>,
): void {
  const scope = context.store.get('price_scope', price.id) ?? { id: price.id, tiers: null, options: {} }
  const added = currencyOptions(options, price.currency, kindOf(price), (param) => param)
  context.store.put('price_scope', { ...scope, options: { ...scope.options, ...added } })
}

function isListed(price: Stripe.Price, parameters: Stripe.PriceListParams): boolean {
  const { recurring } = parameters
  return (
    // Without the parameter only active ones (reference of `prices.list`).
    (parameters.active ?? true) === price.active &&
    (parameters.currency?.toLowerCase() ?? price.currency) === price.currency &&
    (parameters.type ?? price.type) === price.type &&
    (!parameters.lookup_keys ||
      (price.lookup_key !== null && parameters.lookup_keys.includes(price.lookup_key))) &&
    (recurring?.interval === undefined || recurring.interval === price.recurring?.interval) &&
    (recurring?.meter === undefined || recurring.meter === price.recurring?.meter) &&
    (recurring?.usage_type === undefined || recurring.usage_type === price.recurring?.usage_type) &&
    inRange(price.created, parameters.created)
  )
}
