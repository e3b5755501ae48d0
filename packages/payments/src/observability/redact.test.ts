import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createLogger } from './log.ts'
import { redact } from './redact.ts'

describe('redact', () => {
  test.each([
    ['a secret key', 'key sk_live_51Habc!', 'key sk_live_[redacted]!'],
    ['a restricted key', 'rk_test_abc', 'rk_test_[redacted]'],
    ['a signing secret', 'whsec_abc+/=', 'whsec_[redacted]'],
    ['a bearer', 'Authorization: Bearer abc.def-1', 'Authorization: Bearer [redacted]'],
    ['a JWT', 'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln is', 'token [redacted] is'],
    ['a client secret', 'pi_3abc_secret_XyZ', 'pi_3abc_[redacted]'],
    ['a database URL', 'postgres://me:hunter2@db/app', 'postgres://[redacted]db/app'],
    ['a Stripe signature', `t=1,v1=${'a'.repeat(64)}`, 't=1,[redacted]'],
    ['a Checkout page', 'go to https://checkout.stripe.com/c/pay/cs_test_1#x now', 'go to [redacted] now'],
    ['a portal page', '"https://billing.stripe.com/p/session/test_abc"', '"[redacted]"'],
    ["the sandbox's Checkout page", 'http://localhost:4242/c/pay/cs_test_1', '[redacted]'],
    ['a field', '{"client_secret":"abc\\"def","id":"pi_1"}', '{"client_secret":"[redacted]","id":"pi_1"}'],
    [
      'a field of JSON in a string',
      '{"body":"{\\"client_secret\\":\\"abc\\"}"}',
      '{"body":"{\\"client_secret\\":\\"[redacted]"}',
    ],
  ])('takes out %s', (_, text, clean) => {
    expect(redact(text)).toBe(clean)
  })

  test.each([
    'pk_test_abc',
    'sub_1abc cus_1abc price_1abc cs_test_a1 evt_1',
    'https://yourdomain.com/account?tab=plan',
    '{"route":"/payments/webhook","status":200}',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text)
  })
})

describe('a log line', () => {
  test('is JSON without secrets, wherever they were put in', () => {
    const written: string[] = []
    const sink = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk))
        done()
      },
    })
    const log = createLogger('info', sink)
    log.error(
      {
        err: new Error('failed with sk_test_inmessage', { cause: new Error('whsec_incause') }),
        request: { headers: { authorization: 'Bearer inheader', 'stripe-signature': 't=1,v1=insignature' } },
        answer: { client_secret: 'inanswer', url: 'https://checkout.stripe.com/c/pay/inurl' },
      },
      'said Bearer inmsg',
    )
    const line = written.join('')
    expect(() => JSON.parse(line)).not.toThrow()
    expect(line).not.toMatch(/inmessage|incause|inheader|insignature|inanswer|inurl|inmsg/)
  })
})
