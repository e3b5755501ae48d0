import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** A price that can be sold now. @throws StripeApiError when it is unknown or archived, or its product is. */
export function sellablePrice(context: Context, id: string, param: string): Stripe.Price {
  const price = existing(context, 'price', id, param)
  if (!price.active) {
    throw new StripeApiError('The price specified is inactive. This field only accepts active prices.', {
      param,
    })
  }
  checkProductActive(context.store.get('product', idOf(price.product) ?? ''), `Price '${id}'`, param)
  return price
}

/** @param what is to be sold, for the error. */
export function checkProductActive(product: Stripe.Product | undefined, what: string, param: string): void {
  if (product?.active === true) return
  throw new StripeApiError(`${what} is not available to be purchased because its product is not active.`, {
    code: 'product_inactive',
    param,
  })
}
