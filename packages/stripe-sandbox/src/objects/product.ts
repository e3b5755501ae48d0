import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

/** A new product with nothing but a name. */
export function buildProduct(
  ids: Ids,
  name: string,
  created: number,
  id = ids.newId('prod_'),
): Stripe.Product {
  return {
    id,
    object: 'product',
    active: true,
    created,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: created,
    url: null,
  }
}
