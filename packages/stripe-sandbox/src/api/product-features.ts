import type Stripe from 'stripe'
import type { ProductFeatureLink } from '../billing/records.ts'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { parameterInvalid, resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'

/** What is attached or taken off counts for running subscriptions from their next period on (stripe-facts 2.14). */
export const productFeatureRoutes: readonly Route[] = [
  defineRoute<Stripe.ProductCreateFeatureParams>({
    method: 'POST',
    path: '/v1/products/:id/features',
    supports: ['entitlement_feature'],
    handle: attachFeature,
  }),
  defineRoute<Stripe.ProductListFeaturesParams>({
    method: 'GET',
    path: '/v1/products/:id/features',
    supports: [],
    handle: (context, parameters, { id = '' }) => {
      existing(context, 'product', id)
      const links = [...context.store.where('product_feature', 'product', id)]
      return embeddedList(
        links.map((link) => shown(context, link)),
        parameters,
        `/v1/products/${id}/features`,
      )
    },
  }),
  defineRoute<Stripe.ProductRetrieveFeatureParams>({
    method: 'GET',
    path: '/v1/products/:product/features/:id',
    supports: [],
    handle: (context, _, path) => shown(context, linkOf(context, path)),
  }),
  defineRoute<Stripe.ProductDeleteFeatureParams>({
    method: 'DELETE',
    path: '/v1/products/:product/features/:id',
    supports: [],
    handle: (context, _, path) => {
      const { id } = linkOf(context, path)
      context.store.delete('product_feature', id)
      return { id, object: 'product_feature', deleted: true }
    },
  }),
]

function attachFeature(
  context: Context,
  { entitlement_feature: featureId }: Stripe.ProductCreateFeatureParams,
  { id = '' }: Record<string, string>,
): Stripe.ProductFeature {
  const product = existing(context, 'product', id)
  const feature = existing(context, 'entitlements.feature', featureId, 'entitlement_feature')
  if (!feature.active) {
    throw parameterInvalid('entitlement_feature', `The feature '${featureId}' is archived.`)
  }
  for (const link of context.store.where('product_feature', 'product', id)) {
    if (link.feature !== featureId) continue
    throw parameterInvalid('entitlement_feature', `The product already has the feature '${featureId}'.`)
  }
  const link = { id: context.ids.newId('prodft_'), product: product.id, feature: feature.id }
  context.store.put('product_feature', link)
  return shown(context, link)
}

function linkOf(context: Context, { product = '', id = '' }: Record<string, string>): ProductFeatureLink {
  existing(context, 'product', product)
  const link = existing(context, 'product_feature', id)
  if (link.product !== product) throw resourceMissing('product_feature', id)
  return link
}

function shown(context: Context, { id, feature }: ProductFeatureLink): Stripe.ProductFeature {
  return {
    id,
    object: 'product_feature',
    entitlement_feature: existing(context, 'entitlements.feature', feature),
    livemode: false,
  }
}
