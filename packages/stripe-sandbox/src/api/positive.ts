import { parameterInvalid } from '../wire/error-catalogue.ts'

/** @throws StripeApiError for a number below 1. */
export function positive(value: number, param: string): number {
  if (value >= 1) return value
  throw parameterInvalid(param, 'This value must be greater than or equal to 1.')
}
