import { StripeApiError } from './errors.ts'

export interface ApiKeys {
  /** Keys that may call everything: `sk_test_…`, `rk_test_…`. */
  secret: ReadonlySet<string>
  publishable: string
}

/**
 * Reads the key from `Authorization: Bearer sk_…` or `Basic base64(sk_…:)`.
 * @returns the key. @throws StripeApiError 401.
 */
export function authenticate(header: string | undefined, keys: ApiKeys): string {
  const key = keyIn(header)
  if (key === undefined) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    )
  }
  if (keys.secret.has(key)) return key
  if (key === keys.publishable || key.startsWith('pk_')) {
    throw unauthorized(
      'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
      'secret_key_required',
    )
  }
  throw unauthorized(`Invalid API Key provided: ${masked(key)}`)
}

function keyIn(header: string | undefined): string | undefined {
  const [scheme, credentials] = header?.trim().split(/\s+/, 2) ?? []
  if (!credentials) return undefined
  if (scheme?.toLowerCase() === 'bearer') return credentials
  if (scheme?.toLowerCase() !== 'basic') return undefined
  return Buffer.from(credentials, 'base64').toString('utf8').split(':', 1)[0] || undefined
}

function unauthorized(message: string, code?: string): StripeApiError {
  return new StripeApiError(message, {
    status: 401,
    isRemembered: false,
    ...(code === undefined ? {} : { code }),
  })
}

/** `sk_test_********abcd`, as Stripe shows a key. */
function masked(key: string): string {
  if (key.length <= 12) return '*'.repeat(key.length)
  return key.slice(0, 8) + '*'.repeat(key.length - 12) + key.slice(-4)
}
