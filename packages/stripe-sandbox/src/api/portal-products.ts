import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { recurringPrice } from './subscription-lines.ts'

type Product = Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product
type Parameter = Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate.Product

const at = 'features[subscription_update][products]'
const mostProducts = 10

/**
 * The products and prices that customers may change to. Of one product, each billing interval once: the portal tells its
 * prices apart by that. @throws StripeApiError
 */
export function checkedPortalProducts(
  context: Context,
  products: readonly Parameter[],
  { default_allowed_updates: allowed }: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate,
): Product[] {
  if (products.length > mostProducts) {
    throw parameterInvalid(at, `You can list at most ${mostProducts} products.`)
  }
  const seen = new Set<string>()
  return products.map((parameter, index) => {
    const { id } = existing(context, 'product', parameter.product, `${at}[${index}][product]`)
    if (seen.has(id)) throw parameterInvalid(at, `The product ${id} is listed more than once.`)
    seen.add(id)
    checkPrices(context, parameter, `${at}[${index}][prices]`)
    return {
      adjustable_quantity: adjustableQuantity(
        parameter.adjustable_quantity ?? { enabled: allowed.includes('quantity') },
        `${at}[${index}][adjustable_quantity]`,
      ),
      prices: [...parameter.prices],
      product: id,
    }
  })
}

function checkPrices(context: Context, { product, prices }: Parameter, param: string): void {
  if (prices.length === 0) throw parameterMissing(param)
  const intervals = prices.map((id, index) => {
    const price = recurringPrice(context, id, `${param}[${index}]`)
    if (idOf(price.product) !== product) {
      throw parameterInvalid(
        `${param}[${index}]`,
        `The price ${id} does not belong to the product ${product}.`,
      )
    }
    return `${price.recurring?.interval_count} ${price.recurring?.interval}`
  })
  if (new Set(intervals).size === intervals.length) return
  // Stripe's sentence, as reports of 2026 quote it.
  throw parameterInvalid(param, 'For each product, its price must have unique billing intervals.')
}

/** Between 1 and no end, unless the parameters say otherwise. */
function adjustableQuantity(
  parameter: NonNullable<Parameter['adjustable_quantity']>,
  param: string,
): Product['adjustable_quantity'] {
  const { enabled, minimum = 1, maximum = null } = parameter
  if (minimum < 0) throw parameterInvalid(`${param}[minimum]`, 'The minimum must not be negative.')
  if (maximum !== null && maximum < Math.max(minimum, 1)) {
    throw parameterInvalid(`${param}[maximum]`, 'The maximum must not be below the minimum.')
  }
  return { enabled, maximum, minimum }
}
