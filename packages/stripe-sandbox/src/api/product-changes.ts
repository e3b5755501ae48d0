import type Stripe from 'stripe'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'

/** The fields that creating and updating a product share; an update may also unset with `''`. */
type Parameters = Omit<Stripe.ProductUpdateParams, 'default_price'>

/** A product with the parameters of a create or update applied. */
export function changedProduct(product: Stripe.Product, parameters: Parameters): Stripe.Product {
  return {
    ...product,
    active: parameters.active ?? product.active,
    description: orKept(parameters.description, product.description),
    images: orKept(parameters.images, product.images) ?? [],
    marketing_features: orKept(parameters.marketing_features, product.marketing_features) ?? [],
    metadata: mergedMetadata(product.metadata, parameters.metadata),
    name: parameters.name ?? product.name,
    package_dimensions: orKept(parameters.package_dimensions, product.package_dimensions),
    shippable: parameters.shippable ?? product.shippable,
    statement_descriptor: orKept(parameters.statement_descriptor, product.statement_descriptor ?? null),
    tax_code: orKept(parameters.tax_code, typeof product.tax_code === 'string' ? product.tax_code : null),
    unit_label: orKept(parameters.unit_label, product.unit_label ?? null),
    url: orKept(parameters.url, product.url),
  }
}
