import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

const table = 'entitlements.feature'

export const entitlementFeatureRoutes: readonly Route[] = [
  defineRoute<Stripe.Entitlements.FeatureCreateParams>({
    method: 'POST',
    path: '/v1/entitlements/features',
    supports: ['lookup_key', 'metadata.*', 'name'],
    handle: createFeature,
  }),
  defineRoute<Stripe.Entitlements.FeatureListParams>({
    method: 'GET',
    path: '/v1/entitlements/features',
    supports: ['archived', 'lookup_key'],
    // Archived ones are listed only when they are asked for.
    handle: (context, parameters) =>
      page(context, table, {
        url: '/v1/entitlements/features',
        noun: 'feature',
        parameters,
        filter: (feature) =>
          feature.active !== (parameters.archived ?? false) &&
          (parameters.lookup_key ?? feature.lookup_key) === feature.lookup_key,
      }),
  }),
  defineRoute<Stripe.Entitlements.FeatureRetrieveParams>({
    method: 'GET',
    path: '/v1/entitlements/features/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, table, id),
  }),
  defineRoute<Stripe.Entitlements.FeatureUpdateParams>({
    method: 'POST',
    path: '/v1/entitlements/features/:id',
    supports: ['active', 'metadata.*', 'name'],
    handle: (context, parameters, { id = '' }) =>
      updateFeature(context, existing(context, table, id), parameters),
  }),
]

function createFeature(
  context: Context,
  parameters: Stripe.Entitlements.FeatureCreateParams,
): Stripe.Entitlements.Feature {
  const lookupKey = checkedText('lookup_key', parameters.lookup_key)
  for (const other of context.store.all(table)) {
    if (!other.active || other.lookup_key !== lookupKey) continue
    throw parameterInvalid('lookup_key', `An active feature already uses the lookup key '${lookupKey}'.`)
  }
  const feature: Stripe.Entitlements.Feature = {
    id: context.ids.newId('feat_'),
    object: table,
    active: true,
    livemode: false,
    lookup_key: lookupKey,
    metadata: mergedMetadata({}, parameters.metadata),
    name: checkedText('name', parameters.name),
  }
  context.store.put(table, feature)
  return feature
}

/** Archiving is for good: the feature goes to no further product, and stays where it is. */
function updateFeature(
  context: Context,
  feature: Stripe.Entitlements.Feature,
  { active, metadata, name }: Stripe.Entitlements.FeatureUpdateParams,
): Stripe.Entitlements.Feature {
  if (active && !feature.active) {
    throw parameterInvalid('active', 'A feature that was archived cannot be made active again.')
  }
  const after: Stripe.Entitlements.Feature = {
    ...feature,
    active: active ?? feature.active,
    metadata: mergedMetadata(feature.metadata, metadata),
    name: name === undefined ? feature.name : checkedText('name', name),
  }
  context.store.put(table, after)
  return after
}

function checkedText(param: string, text: string): string {
  if (text.length > 0 && text.length <= 80) return text
  throw parameterInvalid(param, `Invalid string: ${param} must be 1 to 80 characters long.`)
}
