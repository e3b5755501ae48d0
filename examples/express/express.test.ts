import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { useExampleApp } from '../../tests/support/example-app.ts'
import { payInSandbox } from '../../tests/support/pay-in-sandbox.ts'

const app = useExampleApp({
  file: join(import.meta.dirname, 'server.ts'),
  cwd: import.meta.dirname,
  isReadyAt: '/hello',
})

// What is waited for may be asked for 300 times a minute.
const soon = { timeout: 30_000, interval: 250 }
vi.setConfig({ testTimeout: 90_000 })

async function call(path: string, options: { cookie?: string; method?: string; body?: unknown } = {}) {
  const { cookie, method = 'GET', body } = options
  const headers = new Headers(cookie === undefined ? {} : { Cookie: cookie })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  const init: RequestInit =
    body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const response = await fetch(app.url + path, init)
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
}

async function logIn(email: string): Promise<string> {
  const { headers } = await call('/login', { method: 'POST', body: { email } })
  return headers.get('Set-Cookie')?.split(';')[0] ?? ''
}

/** Answers the address of Checkout. The catalogue is mirrored in the background when the app starts: it may take a moment. */
async function startCheckout(cookie: string): Promise<string> {
  // Not by asking for Checkout, which one person may do twenty times a minute.
  const plans = async () => JSON.stringify((await call('/payments/get-plans', { cookie })).body)
  await expect.poll(plans, soon).toContain('price_demo_team_monthly')
  const options = { cookie, method: 'POST', body: { price_id: 'price_demo_team_monthly' } }
  const { status, body } = await call('/payments/create-checkout-session', options)
  expect(status).toBe(200)
  // A boundary: the contract's shape.
  return (body as { checkout_url: string }).checkout_url
}

describe('the Express example', () => {
  let ada = ''
  beforeAll(async () => {
    ada = await logIn('ada@example.com')
  })

  test("asks the app's own login who is there", async () => {
    expect(await call('/payments/get-user-subscription', { cookie: ada })).toMatchObject({
      status: 200,
      body: { subscription: null, message: 'No active subscription' },
    })
  })

  test('answers 401 to who is not logged in', async () => {
    expect((await call('/payments/get-user-subscription')).status).toBe(401)
  })

  test('answers the path that ends in a slash', async () => {
    const { status } = await call('/payments/products/?product_type=subscription', { cookie: ada })
    expect(status).toBe(200)
  })

  test('gets webhooks with their raw bytes, although the app parses JSON', async () => {
    const grace = await logIn('grace@example.com')
    await payInSandbox(await startCheckout(grace))
    await expect
      .poll(() => call('/payments/get-user-subscription', { cookie: grace }), soon)
      .toMatchObject({ body: { subscription: { status: 'active' } } })
  })

  test('keeps its own routes', async () => {
    expect((await call('/hello')).body).toEqual({ message: 'An ordinary route of the app' })
  })

  test('ends in order when it is told to', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null })
  })
})
