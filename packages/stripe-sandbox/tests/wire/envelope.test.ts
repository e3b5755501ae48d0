import { Buffer } from 'node:buffer'
import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { post, send } from '../support/http.ts'
import { clientOf, failure, start } from '../support/start.ts'

describe('keys', () => {
  test('a wrong key is a 401 that shows the key masked', async () => {
    const { sandbox } = await start()
    const stripe = clientOf({ ...sandbox, apiKey: 'sk_test_0123456789abcdef' })
    const error = await failure(stripe.customers.list())
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect(error.message).toBe('Invalid API Key provided: sk_test_************cdef')
  })

  test('no key is a 401 that says how to send one', async () => {
    const { sandbox } = await start()
    const response = await fetch(`${sandbox.url}/v1/customers`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Stripe"')
    expect(await response.text()).toContain('You did not provide an API key.')
  })

  test('the key may come as the user name of basic authentication', async () => {
    const { sandbox } = await start()
    const Authorization = `Basic ${Buffer.from(`${sandbox.apiKey}:`).toString('base64')}`
    expect((await send(sandbox, 'GET', '/v1/customers', { headers: { Authorization } })).status).toBe(200)
  })

  test('a publishable key is refused', async () => {
    const { sandbox } = await start()
    const error = await failure(clientOf({ ...sandbox, apiKey: sandbox.publishableKey }).customers.list())
    expect(error).toMatchObject({ statusCode: 401, code: 'secret_key_required' })
  })

  test('a configured restricted key is accepted', async () => {
    const { sandbox } = await start({ restrictedKeys: ['rk_test_reader'] })
    expect((await clientOf({ ...sandbox, apiKey: 'rk_test_reader' }).customers.list()).data).toEqual([])
  })
})

describe('headers and envelope', () => {
  test('every answer names its request and the API version', async () => {
    const { stripe } = await start()
    const { lastResponse } = await stripe.customers.create({})
    expect(lastResponse.requestId).toMatch(/^req_\w{14}$/)
    expect(lastResponse.apiVersion).toBe(Stripe.API_VERSION)
  })

  test('an error names its request and where it is logged', async () => {
    const { stripe } = await start()
    const error = await failure(stripe.customers.retrieve('cus_no'))
    expect(error).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
      message: "No such customer: 'cus_no'",
    })
    expect(error.requestId).toMatch(/^req_/)
    expect(error.raw).toMatchObject({ request_log_url: expect.stringContaining(String(error.requestId)) })
  })

  test('another API version is refused rather than answered in the wrong shape', async () => {
    const { sandbox } = await start()
    const { status, body } = await send(sandbox, 'GET', '/v1/customers', {
      headers: { 'Stripe-Version': '2020-08-27' },
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { message: expect.stringContaining(Stripe.API_VERSION) } })
  })

  test('acting for a connected account is refused rather than done for this one', async () => {
    const { stripe } = await start()
    const error = await failure(stripe.customers.create({}, { stripeAccount: 'acct_1' }))
    expect(error).toMatchObject({ statusCode: 400, code: 'sandbox_not_supported_yet' })
  })

  test('an unknown URL is a 404 in Stripe’s words', async () => {
    const { sandbox } = await start()
    const { status, body } = await post(sandbox, '/v1/nonsense', '')
    expect(status).toBe(404)
    expect(body).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining('(POST: /v1/nonsense)') },
    })
  })

  test('a call that Stripe has and the sandbox has not says so', async () => {
    const { stripe } = await start()
    expect(await failure(stripe.topups.list())).toMatchObject({
      code: 'sandbox_not_supported_yet',
      statusCode: 400,
    })
  })

  test('the account answers, so that a client can check its key', async () => {
    const { stripe } = await start()
    const account = await stripe.accounts.retrieveCurrent()
    expect(conforms(account)).toEqual([])
    expect(account.charges_enabled).toBe(true)
  })

  test('a fault of the sandbox is a 500 of Stripe’s, reported, and ends nothing', async () => {
    const faults: unknown[] = []
    const { sandbox, stripe } = await start({ onError: (error) => faults.push(error) })
    const { get } = sandbox.context.store
    sandbox.context.store.get = () => {
      throw new Error('broken on purpose')
    }
    const error = await failure(stripe.customers.retrieve('cus_1'))
    sandbox.context.store.get = get
    expect(error).toMatchObject({ statusCode: 500, rawType: 'api_error' })
    expect(faults).toEqual([new Error('broken on purpose')])
    expect((await stripe.customers.list()).data).toEqual([])
  })
})
