import type Stripe from 'stripe'
import { refreshPrice } from '../billing/refresh-price.ts'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { buildPrice } from '../objects/price.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkedCurrency } from './checked-currency.ts'
import { priceTerms } from './price-terms.ts'

/** The most that an interval may span: three years. */
const longest: Record<string, number> = { day: 1095, week: 156, month: 36, year: 3 }

/**
 * Makes a price of an existing product.
 * @param holder where the parameters stand, for errors: `default_price_data` when a product brings its price along.
 * @param isInline made in place for one purchase: inactive, and in no list (the SDK's text on `prices.list`).
 */
export function createPrice(
  context: Context,
  parameters: Stripe.PriceCreateParams & { product: string },
  { holder = '', isInline = false }: { holder?: string; isInline?: boolean } = {},
): Stripe.Price {
  const at = (param: string): string => (holder === '' ? param : `${holder}[${param}]`)
  const currency = checkedCurrency(parameters.currency, at('currency'))
  const { tiers, unitAmountDecimal, options, fields } = priceTerms(parameters, currency, at)
  const product = existing(context, 'product', parameters.product, at('product'))
  const price: Stripe.Price = {
    ...buildPrice(context.ids, {
      product: product.id,
      currency,
      unitAmountDecimal,
      created: context.clock.now(),
      recurring: recurrence(context, parameters, at),
    }),
    ...fields,
    active: isInline ? false : (parameters.active ?? true),
    lookup_key: parameters.lookup_key ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    nickname: parameters.nickname ?? null,
    tax_behavior: parameters.tax_behavior ?? 'unspecified',
  }
  if (price.lookup_key !== null) {
    takeLookupKey(context, price.lookup_key, price.id, parameters.transfer_lookup_key ?? false)
  }
  context.store.put('price', price)
  context.store.put('price_scope', { id: price.id, tiers, options, ...(isInline ? { isInline } : {}) })
  context.emit('price.created', price)
  return price
}

/** Frees a lookup key for a price. @throws StripeApiError when another price has it and it is not to be transferred. */
export function takeLookupKey(context: Context, key: string, priceId: string, isTransfer: boolean): void {
  for (const holder of context.store.where('price', 'lookup_key', key)) {
    if (holder.id === priceId) continue
    if (!isTransfer) {
      throw new StripeApiError(`A price (\`${holder.id}\`) already uses that lookup key.`, {
        param: 'lookup_key',
      })
    }
    refreshPrice(
      context,
      saveChanges(context, 'price', holder, { ...holder, lookup_key: null }, 'price.updated'),
    )
  }
}

function recurrence(context: Context, parameters: Stripe.PriceCreateParams, at: (param: string) => string) {
  if (!parameters.recurring) return undefined
  const { interval, interval_count: count = 1 } = parameters.recurring
  const most = longest[interval] ?? 1
  if (count < 1 || count > most) {
    throw parameterInvalid(
      at('recurring[interval_count]'),
      `The maximum billing interval is three years: interval_count of ${interval} can be 1 to ${most}.`,
    )
  }
  return {
    interval: interval as Stripe.Price.Recurring.Interval,
    intervalCount: count,
    meter: meterOf(context, parameters.recurring, at),
  }
}

/** Usage is metered, and only usage is; null for a licensed price. */
function meterOf(
  context: Context,
  { meter: id, usage_type: type }: Stripe.PriceCreateParams.Recurring,
  at: (param: string) => string,
): string | null {
  if (type !== 'metered') {
    if (id === undefined) return null
    throw parameterInvalid(at('recurring[meter]'), 'A meter needs `usage_type` to be `metered`.')
  }
  if (id === undefined) throw parameterMissing(at('recurring[meter]'))
  const meter = existing(context, 'billing.meter', id, at('recurring[meter]'))
  if (meter.status === 'active') return meter.id
  throw parameterInvalid(at('recurring[meter]'), `The meter '${id}' is not active.`)
}
