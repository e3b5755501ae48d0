import { parameterInvalid } from '../wire/error-catalogue.ts'

const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

/** A currency's code in lower case, as Stripe keeps it. @throws StripeApiError for what is no currency. */
export function checkedCurrency(code: string, param: string): string {
  const currency = code.toLowerCase()
  if (!currencies.has(currency)) throw parameterInvalid(param, `Invalid currency: ${currency}.`)
  return currency
}
