import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { missingRight } from './missing-right.ts'

function forbidden(message: string) {
  return new Stripe.errors.StripePermissionError({ type: 'invalid_request_error', statusCode: 403, message })
}

test('the right is the one that Stripe names', () => {
  const error = forbidden(
    "The provided key 'rk_live_*****abc' does not have the required permissions for this endpoint on account 'acct_1'. Having the 'rak_dispute_read' permission would allow this request to continue.",
  )
  expect(missingRight(error, 'read Disputes')).toBe('rak_dispute_read')
})

test('where Stripe names none, it is what the call was about', () => {
  expect(missingRight(forbidden('Not for you.'), 'read Disputes')).toBe('read Disputes')
})

test('any other error is no missing right', () => {
  const badKey = new Stripe.errors.StripeAuthenticationError({
    type: 'authentication_error',
    statusCode: 401,
  })
  expect([badKey, new Error('rak_dispute_read'), null].map((error) => missingRight(error, 'any'))).toEqual([
    null,
    null,
    null,
  ])
})
