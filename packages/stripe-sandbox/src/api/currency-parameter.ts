import { parameterInvalid } from '../wire/error-catalogue.ts'

const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

/** A currency as it is kept: lower case. @throws StripeApiError for what is none. */
export function currencyOf(parameter: string, param: string): string {
  const currency = parameter.toLowerCase()
  if (currencies.has(currency)) return currency
  throw parameterInvalid(param, `Invalid currency: ${currency}.`)
}
