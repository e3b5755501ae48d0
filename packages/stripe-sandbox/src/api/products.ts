import type Stripe from 'stripe'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { buildProduct } from '../objects/product.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, resourceAlreadyExists } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { createPrice } from './create-price.ts'
import { changedProduct } from './product-changes.ts'

const settable = [
  'name',
  'active',
  'description',
  'images',
  'marketing_features.name',
  'metadata.*',
  'package_dimensions.*',
  'shippable',
  'statement_descriptor',
  'tax_code',
  'unit_label',
  'url',
]

export const productRoutes: readonly Route[] = [
  defineRoute<Stripe.ProductCreateParams>({
    method: 'POST',
    path: '/v1/products',
    supports: [
      ...settable,
      'id',
      'type',
      'default_price_data.currency',
      'default_price_data.custom_unit_amount.*',
      'default_price_data.metadata.*',
      'default_price_data.recurring.interval',
      'default_price_data.recurring.interval_count',
      'default_price_data.tax_behavior',
      'default_price_data.unit_amount',
      'default_price_data.unit_amount_decimal',
    ],
    handle: createProduct,
  }),
  defineRoute<Stripe.ProductListParams>({
    method: 'GET',
    path: '/v1/products',
    supports: ['active', 'created', 'created.*', 'ids', 'shippable', 'type', 'url'],
    handle: (context, parameters) =>
      page(context, 'product', {
        url: '/v1/products',
        parameters,
        filter: (product) =>
          (parameters.active ?? product.active) === product.active &&
          (parameters.ids?.includes(product.id) ?? true) &&
          (parameters.shippable ?? product.shippable ?? false) === (product.shippable ?? false) &&
          (parameters.type ?? product.type) === product.type &&
          (parameters.url ?? product.url) === product.url &&
          inRange(product.created, parameters.created),
      }),
  }),
  defineRoute<Stripe.ProductRetrieveParams>({
    method: 'GET',
    path: '/v1/products/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'product', id),
  }),
  defineRoute<Stripe.ProductUpdateParams>({
    method: 'POST',
    path: '/v1/products/:id',
    supports: [...settable, 'default_price'],
    handle: (context, parameters, { id = '' }) =>
      updateProduct(context, existing(context, 'product', id), parameters),
  }),
  defineRoute<Stripe.ProductDeleteParams>({
    method: 'DELETE',
    path: '/v1/products/:id',
    supports: [],
    handle: (context, _, { id = '' }) => deleteProduct(context, existing(context, 'product', id)),
  }),
]

function createProduct(context: Context, parameters: Stripe.ProductCreateParams): Stripe.Product {
  const { default_price_data: priceData, id, type, ...fields } = parameters
  if (id !== undefined && context.store.get('product', id)) throw resourceAlreadyExists('Product')
  const blank = {
    ...buildProduct(context.ids, fields.name, context.clock.now(), id),
    type: type ?? 'service',
  }
  const product = changedProduct(blank, fields)
  context.store.put('product', product)
  context.emit('product.created', product)
  if (!priceData) return product
  const price = createPrice(context, { ...priceData, product: product.id }, { holder: 'default_price_data' })
  return saveChanges(context, 'product', product, { ...product, default_price: price.id }, 'product.updated')
}

function updateProduct(
  context: Context,
  product: Stripe.Product,
  parameters: Stripe.ProductUpdateParams,
): Stripe.Product {
  const { default_price: defaultPrice, ...fields } = parameters
  const changed = changedProduct(product, fields)
  if (defaultPrice !== undefined) {
    const price = existing(context, 'price', defaultPrice, 'default_price')
    if (price.product !== product.id || !price.active) {
      throw parameterInvalid(
        'default_price',
        `The price specified is ${price.active ? 'not for this product' : 'inactive'}. This field only accepts active prices of the product.`,
      )
    }
    changed.default_price = price.id
  }
  const isChanged = JSON.stringify(changed) !== JSON.stringify(product)
  const after = isChanged ? { ...changed, updated: context.clock.now() } : product
  return saveChanges(context, 'product', product, after, 'product.updated')
}

function deleteProduct(context: Context, product: Stripe.Product): Stripe.DeletedProduct {
  for (const _ of context.store.where('price', 'product', product.id)) {
    throw new StripeApiError('This product cannot be deleted because it has one or more user-created prices.')
  }
  context.store.delete('product', product.id)
  context.emit('product.deleted', product)
  return { id: product.id, object: 'product', deleted: true }
}
