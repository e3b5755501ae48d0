import { StripeApiError } from './errors.ts'
import type { Form, FormValue } from './form.ts'

/**
 * Decodes the JSON body of a request of API v2 to what a form would have said: the calls that the sandbox answers take texts only.
 * `null` unsets, as an empty text does in a form.
 * @throws StripeApiError for what is no JSON object of texts.
 */
export function decodeJson(text: string): Form {
  if (text === '') return {}
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw invalid(
      `Invalid JSON in the request body: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('The request body must be a JSON object.')
  }
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, asForm(value, key)]))
}

function asForm(value: unknown, path: string): FormValue {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (Array.isArray(value)) return value.map((each, n) => asForm(each, `${path}[${n}]`))
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, asForm(each, `${path}.${key}`)]),
    )
  }
  throw invalid(`Invalid ${path}: a ${typeof value} was sent where a text belongs.`)
}

function invalid(message: string): StripeApiError {
  return new StripeApiError(message, { isRemembered: false })
}
