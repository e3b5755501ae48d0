import Stripe from 'stripe'
import { isKnownVersion } from '../versions/api-version.ts'
import { parameterInvalid } from './error-catalogue.ts'

/**
 * In which API version to answer. Reading in an older one shows the same things in its shape. Anything that acts is refused:
 * its parameters meant something else (a subscription of acacia's would be in another billing mode), so the answer would
 * be a wrong success.
 * @throws StripeApiError for a version that the sandbox cannot speak, or not for this.
 */
export function versionOfRequest(method: string, version: string): string {
  if (version === Stripe.API_VERSION) return version
  if (!isKnownVersion(version)) {
    throw parameterInvalid(
      'Stripe-Version',
      `This sandbox speaks Stripe's API version ${Stripe.API_VERSION}; the request asked for ${version}.`,
    )
  }
  if (method === 'GET') return version
  throw parameterInvalid(
    'Stripe-Version',
    `This sandbox answers ${method} at Stripe's API version ${Stripe.API_VERSION} only; at ${version}, which the request asked for or the account has as its default, it can only read.`,
  )
}
