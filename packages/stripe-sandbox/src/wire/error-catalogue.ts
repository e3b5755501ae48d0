import { StripeApiError } from './errors.ts'

// Stripe's own words for the errors that many routes give. Errors of one resource live beside that resource.

/** A parameter that this API version does not have. */
export function parameterUnknown(params: readonly [string, ...string[]]): StripeApiError {
  const word = params.length > 1 ? 'parameters' : 'parameter'
  return new StripeApiError(`Received unknown ${word}: ${params.join(', ')}`, {
    code: 'parameter_unknown',
    param: params[0],
    isRemembered: false,
  })
}

export function parameterMissing(param: string): StripeApiError {
  return new StripeApiError(`Missing required param: ${param}.`, {
    code: 'parameter_missing',
    param,
    isRemembered: false,
  })
}

export function parameterInvalidInteger(param: string, value: string): StripeApiError {
  return new StripeApiError(`Invalid integer: ${value}`, {
    code: 'parameter_invalid_integer',
    param,
    isRemembered: false,
  })
}

export function parameterInvalidEmpty(param: string): StripeApiError {
  return new StripeApiError(
    `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
    { code: 'parameter_invalid_empty', param, isRemembered: false },
  )
}

/** A value of the wrong shape or out of range; Stripe gives these no code. */
export function parameterInvalid(param: string, message: string): StripeApiError {
  return new StripeApiError(message, { param, isRemembered: false })
}

/** `Invalid mode: must be one of payment, setup, or subscription`. */
export function parameterNotOneOf(param: string, allowed: readonly string[]): StripeApiError {
  return parameterInvalid(param, `Invalid ${param}: must be one of ${orList(allowed)}`)
}

export function parametersExclusive(params: readonly string[]): StripeApiError {
  return new StripeApiError(`You may only specify one of these parameters: ${params.join(', ')}.`, {
    code: 'parameters_exclusive',
    ...(params[0] === undefined ? {} : { param: params[0] }),
    isRemembered: false,
  })
}

/**
 * An id that names nothing. Stripe answers 404 for an id in the path (param `id`) and 400 for one in the parameters.
 * @param noun Stripe's lower-case word: `customer`, `checkout session`.
 */
export function resourceMissing(noun: string, id: string, param = 'id'): StripeApiError {
  return new StripeApiError(`No such ${noun}: '${id}'`, {
    status: param === 'id' ? 404 : 400,
    code: 'resource_missing',
    param,
  })
}

/** The same in API v2, which has a code of its own for it. */
export function notFound(noun: string, id: string): StripeApiError {
  return new StripeApiError(`No such ${noun}: '${id}'`, { status: 404, code: 'not_found' })
}

/** An id of the merchant's own that is taken, in the words that stripe/stripe-ruby#923 quotes. */
export function resourceAlreadyExists(noun: string): StripeApiError {
  return new StripeApiError(`${noun} already exists.`, { code: 'resource_already_exists', param: 'id' })
}

/**
 * A route or parameter that Stripe has and this sandbox does not: refused plainly, never answered with a wrong success.
 * 400 and not 501, because the SDK retries every status from 500 up.
 */
export function notSupportedYet(what: string, param?: string): StripeApiError {
  return new StripeApiError(`${what} is part of Stripe's API, but this sandbox does not do it yet.`, {
    code: 'sandbox_not_supported_yet',
    ...(param === undefined ? {} : { param }),
    isRemembered: false,
  })
}

export function urlUnrecognized(method: string, path: string): StripeApiError {
  return new StripeApiError(
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    { status: 404, isRemembered: false },
  )
}

function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  if (words.length === 2) return words.join(' or ')
  return `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}`
}
