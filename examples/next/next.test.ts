import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { useExampleApp } from '../../tests/support/example-app.ts'
import { payInSandbox } from '../../tests/support/pay-in-sandbox.ts'

afterAll(() => rm(join(import.meta.dirname, '.next'), { recursive: true, force: true }))

// `next dev` compiles what is asked for: a few seconds, where `next build` takes half a minute.
const app = useExampleApp({
  file: createRequire(import.meta.url).resolve('next/dist/bin/next'),
  args: (port) => ['dev', '--port', String(port)],
  cwd: import.meta.dirname,
  env: {
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_MANUAL_SIG_HANDLE: 'true',
    // `next dev` kills its server a tenth of a second after asking it to end; it gets the time to end in order.
    NEXT_EXIT_TIMEOUT_MS: '10000',
  },
  isReadyAt: '/',
})

// What is waited for may be asked for 300 times a minute.
const soon = { timeout: 30_000, interval: 250 }
vi.setConfig({ testTimeout: 90_000 })

async function call(path: string, options: { user?: string; method?: string; body?: unknown } = {}) {
  const { user, method = 'GET', body } = options
  const headers = new Headers(user === undefined ? {} : { Cookie: `demo_user=${user}` })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  const init: RequestInit =
    body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const response = await fetch(app.url + path, { ...init, redirect: 'manual' })
  return { status: response.status, body: (await response.json()) as unknown }
}

/** Answers the address of Checkout. The catalogue is mirrored in the background when the app starts: it may take a moment. */
async function startCheckout(user: string): Promise<string> {
  // Not by asking for Checkout, which one person may do twenty times a minute.
  const plans = async () => JSON.stringify((await call('/payments/get-plans', { user })).body)
  await expect.poll(plans, soon).toContain('price_demo_team_monthly')
  const options = { user, method: 'POST', body: { price_id: 'price_demo_team_monthly' } }
  const { status, body } = await call('/payments/create-checkout-session', options)
  expect(status).toBe(200)
  // A boundary: the contract's shape.
  return (body as { checkout_url: string }).checkout_url
}

describe('the Next.js example', () => {
  test("asks the app's own session who is there", async () => {
    expect(await call('/payments/get-user-subscription', { user: 'ada@example.com' })).toEqual({
      status: 200,
      body: { subscription: null, message: 'No active subscription' },
    })
  })

  test('answers 401 to who is not logged in', async () => {
    expect((await call('/payments/get-user-subscription')).status).toBe(401)
  })

  test('answers the path that ends in a slash, without a redirect', async () => {
    const { status } = await call('/payments/products/?product_type=subscription', {
      user: 'ada@example.com',
    })
    expect(status).toBe(200)
  })

  test('gets webhooks and works on them: a plan that was paid becomes active', async () => {
    const user = 'grace@example.com'
    await payInSandbox(await startCheckout(user))
    await expect
      .poll(() => call('/payments/get-user-subscription', { user }), soon)
      .toMatchObject({ body: { subscription: { status: 'active' } } })
  })
})
