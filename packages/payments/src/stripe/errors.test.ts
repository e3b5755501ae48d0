import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { domainErrorOf, isStripeOutage, stripeFailure } from './errors.ts'

const { errors } = Stripe

const card = new errors.StripeCardError({ type: 'card_error', code: 'card_declined', statusCode: 402 })
const missing = invalid({ code: 'resource_missing', statusCode: 404 })
const refused = invalid({ code: 'parameter_invalid_empty', statusCode: 400 })
const locked = invalid({ code: 'lock_timeout', statusCode: 429 })
const limited = new errors.StripeRateLimitError({ type: 'rate_limit_error', statusCode: 429 })
const down = new errors.StripeAPIError({ type: 'api_error', statusCode: 503 })
const garbled = new errors.StripeAPIError({
  type: 'api_error',
  message: 'Invalid JSON received from the Stripe API',
})
const broken = new errors.StripeConnectionError({ type: 'api_error', message: 'socket hang up' })
const inUse = idempotency({ code: 'idempotency_key_in_use', statusCode: 409 })
const reused = idempotency({ statusCode: 400 })
const badKey = new errors.StripeAuthenticationError({ type: 'authentication_error', statusCode: 401 })
const notAllowed = new errors.StripePermissionError({ type: 'invalid_request_error', statusCode: 403 })

function invalid(raw: object) {
  return new errors.StripeInvalidRequestError({ type: 'invalid_request_error', ...raw })
}

function idempotency(raw: object) {
  return new errors.StripeIdempotencyError({ type: 'idempotency_error', ...raw })
}

test.each([
  [card, 'refused', 'stripe_refused'],
  [refused, 'refused', 'stripe_refused'],
  [missing, 'absent', 'stripe_refused'],
  [locked, 'unavailable', 'stripe_unavailable'],
  [limited, 'unavailable', 'stripe_unavailable'],
  [down, 'unavailable', 'stripe_unavailable'],
  [garbled, 'unavailable', 'stripe_unavailable'],
  [broken, 'unavailable', 'stripe_unavailable'],
  [inUse, 'in_progress', 'request_in_progress'],
  [badKey, 'misconfigured', 'internal_error'],
  [notAllowed, 'misconfigured', 'internal_error'],
])('%s is %s', (error, failure, code) => {
  expect([stripeFailure(error), domainErrorOf(error)?.code]).toEqual([failure, code])
})

test.each([reused, new Error('No such customer'), null, undefined, 'resource_missing'])(
  'what nobody has classified is nothing that is expected: %s',
  (error) => {
    expect([stripeFailure(error), domainErrorOf(error)]).toEqual([null, null])
  },
)

test('says when to come back where waiting helps', () => {
  expect(domainErrorOf(down)?.retryAfterSeconds).toBeGreaterThan(0)
})

test('a key that is not taken holds everything up, one missing permission does not', () => {
  expect([isStripeOutage(badKey), isStripeOutage(notAllowed)]).toEqual([true, false])
})
