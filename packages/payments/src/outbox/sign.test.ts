import { expect, test } from 'vitest'
import { isSigningSecret } from '../domain/app-endpoint.ts'
import { signedHeaders } from './sign.ts'

test('signs as the library of Standard Webhooks does', () => {
  // Made with standardwebhooks 1.1.1: new Webhook(secret).sign(id, at, body).
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const at = new Date(1_614_265_330_000)
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  expect(signedHeaders([secret], { id, body: '{"test": 2432232314}', at })).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test.each([
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', true],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
  ['whsec_', false],
  ['whsec_c2hvcnQ=', false],
  ['whsec_of_the_tests', false],
  [`whsec_${'A'.repeat(100)}`, false],
])('%s may sign: %s', (secret, may) => {
  expect(isSigningSecret(secret)).toBe(may)
})
