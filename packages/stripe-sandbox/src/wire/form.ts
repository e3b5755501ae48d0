import qs from 'qs'
import { StripeApiError } from './errors.ts'

/** A decoded form: what the brackets say, every scalar still a string. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue }
export type Form = { [key: string]: FormValue }

/**
 * Decodes `a[b][0][c]=v&d[]=w`, in a query string or a form body, as Stripe's API takes it.
 * @throws StripeApiError for what cannot be a request of Stripe's: too deep, too many, or text that is not a form.
 */
export function decodeForm(text: string): Form {
  if (text === '') return {}
  try {
    // A boundary: with these options qs makes only strings, arrays and prototype-less objects.
    return qs.parse(text, {
      depth: 12,
      strictDepth: true,
      parameterLimit: 5000,
      arrayLimit: 1000,
      throwOnLimitExceeded: true,
      plainObjects: true,
    }) as Form
  } catch (error) {
    throw new StripeApiError(
      `Invalid request: ${error instanceof Error ? error.message : 'the form is malformed'}`,
      { isRemembered: false },
    )
  }
}
