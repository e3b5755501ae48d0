import { currencyOfBank, isBankType } from '../billing/test-banks.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'

const param = 'allowed_payment_method_types'

/**
 * The ways to pay that were asked for; null for what the account's Dashboard has switched on, which is cards.
 * @throws StripeApiError for a currency in which one cannot pay; the sandbox's "not yet" for other ways.
 */
export function allowedTypes(
  types: readonly string[] | null | undefined | '',
  currency: string | null,
): string[] | null {
  if (types == null || types === '' || types.length === 0) return null
  for (const type of types) {
    if (type === 'card') continue
    if (!isBankType(type)) throw notSupportedYet(`Paying with ${type}`, param)
    if (currency !== null && currency !== currencyOfBank[type]) {
      throw new StripeApiError(
        `The payment method type provided: ${type} does not support the currency ${currency}. It supports ${currencyOfBank[type]}.`,
        { code: 'payment_method_currency_mismatch', param },
      )
    }
  }
  return [...types]
}
