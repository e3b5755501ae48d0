import Stripe from 'stripe'
import { DomainError } from '../domain/errors.ts'
import { isTimeout, retryAfterSecondsOf, wasNotSent } from './guarded-http-client.ts'

/**
 *   refused        Stripe understood and said no: a declined card, a parameter that it does not take
 *   absent         the object does not exist for this key
 *   in_progress    the same request is still being worked on at Stripe
 *   unavailable    Stripe is away, slow, overloaded or not making sense; the same request may work later
 *   misconfigured  the key is wrong or may not do this; an operator has to act
 */
export type StripeFailure = 'refused' | 'absent' | 'in_progress' | 'unavailable' | 'misconfigured'

interface Row {
  failure: StripeFailure
  /** Every one given must match. */
  kind?: abstract new (
    ...args: never[]
  ) => Error
  code?: string
  status?: (status: number | undefined) => boolean
}

const { errors } = Stripe

/**
 * The closed list, first match wins. What matches no row is unexpected: it is thrown on and answered 500, because an error that
 * nobody has looked at must not be taken for "gone" or "try later". Codes, never message texts: Stripe rewords those.
 */
const ROWS: readonly Row[] = [
  // No answer at all, or one that broke off: timeouts, refused connections, truncated bodies (v23).
  { failure: 'unavailable', kind: errors.StripeConnectionError },
  { failure: 'unavailable', kind: errors.StripeRateLimitError },
  // 429 `lock_timeout` (another request holds the object) and limits that come as invalid_request_error.
  { failure: 'unavailable', status: (status) => status === 429 },
  { failure: 'unavailable', status: (status) => status !== undefined && status >= 500 },
  // The SDK's word for a body that is not JSON; it carries no status.
  { failure: 'unavailable', kind: errors.StripeAPIError, status: (status) => status === undefined },
  { failure: 'in_progress', code: 'idempotency_key_in_use' },
  { failure: 'misconfigured', kind: errors.StripeAuthenticationError },
  { failure: 'misconfigured', kind: errors.StripePermissionError },
  { failure: 'absent', kind: errors.StripeInvalidRequestError, code: 'resource_missing' },
  { failure: 'refused', kind: errors.StripeCardError },
  { failure: 'refused', kind: errors.StripeInvalidRequestError },
]

/** What kind of failure an error from the SDK is; null when it is not one of Stripe's, or one that nobody has classified. */
export function stripeFailure(error: unknown): StripeFailure | null {
  if (!(error instanceof errors.StripeError)) return null
  return ROWS.find((row) => matches(row, error))?.failure ?? null
}

/** Whether Stripe said that the object does not exist. */
export function isAbsent(error: unknown): boolean {
  return stripeFailure(error) === 'absent'
}

/** Whether Stripe understood and said no, or lets the key not do this: asked again it will say the same. */
export function isRefusal(error: unknown): boolean {
  return error instanceof errors.StripePermissionError || stripeFailure(error) === 'refused'
}

/**
 * Whether nothing can be asked of Stripe now: no fault of the event or of the request. A key that is not taken at all counts; one that
 * lacks a single permission does not, because everything else goes on. Nor does what may be of one object alone: when it is not, the circuit
 * opens, and what that refuses counts.
 */
export function isStripeOutage(error: unknown): boolean {
  if (mayBeOfOneObject(error)) return false
  const failure = stripeFailure(error)
  if (failure === 'misconfigured') return error instanceof errors.StripeAuthenticationError
  return failure === 'unavailable' || failure === 'in_progress'
}

/** Whether Stripe fails at what it was asked for, maybe at nothing else: with an error of its own, or by not answering in time. */
export function mayBeOfOneObject(error: unknown): boolean {
  return isServerError(error) || (error instanceof errors.StripeConnectionError && isTimeout(error.detail))
}

/**
 * Whether Stripe answered with an error of its own (5xx). It remembers such an answer under the idempotency key, and repeats it
 * for a day: asking again under that key is no use.
 */
export function isServerError(error: unknown): boolean {
  if (!(error instanceof errors.StripeError) || wasNotSent(error.headers)) return false
  return error.statusCode !== undefined && error.statusCode >= 500
}

/**
 * The catalogue's error for a failure at Stripe, the original as `cause`; null when the error is not one of Stripe's or is not
 * classified. Stripe's own words stay in the log: they can name things of the account.
 */
export function domainErrorOf(error: unknown): DomainError | null {
  switch (stripeFailure(error)) {
    case 'refused':
    case 'absent':
      return new DomainError('stripe_refused', { cause: error })
    case 'in_progress':
      return new DomainError('request_in_progress', { cause: error, retryAfterSeconds: 2 })
    case 'unavailable':
      return new DomainError('stripe_unavailable', {
        cause: error,
        retryAfterSeconds: retryAfterOf(error) ?? 5,
      })
    case 'misconfigured':
      return new DomainError('internal_error', { cause: error })
    case null:
      return null
  }
}

/** Stripe's own word, or that of the guard which spared Stripe the call. */
function retryAfterOf(error: unknown): number | null {
  return error instanceof errors.StripeError ? retryAfterSecondsOf(error.headers) : null
}

function matches(row: Row, error: InstanceType<typeof errors.StripeError>): boolean {
  return (
    (!row.kind || error instanceof row.kind) &&
    (!row.code || error.code === row.code) &&
    (!row.status || row.status(error.statusCode))
  )
}
