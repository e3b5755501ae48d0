import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { killProcessesAfterEach } from '../support/child-process.ts'
import { makeReachableDirectory } from '../support/reachable-directory.ts'
import { pay } from '../support/shop.ts'
import { logIn, processesOn, runDev, startDev } from './laptop-process.ts'

let directory = ''
let sandbox: Sandbox
beforeAll(async () => {
  directory = await makeReachableDirectory('dev-stripe')
  // In the account's place; nothing tells Billhook that it is not Stripe.
  sandbox = await createSandbox({ seed: 'demo' })
})
afterAll(async () => {
  await vi.waitFor(async () => expect(await processesOn(directory)).toEqual([]), 20_000)
  await rm(directory, { recursive: true, force: true })
  await sandbox.close()
})
killProcessesAfterEach()
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
// What is waited for may be asked for 300 times a minute.
const soon = { timeout: 30_000, interval: 250 }

test('with the keys of a Stripe account and no way in from outside, what is bought is seen', async () => {
  const env = { STRIPE_SECRET_KEY: sandbox.apiKey, STRIPE_API_BASE: sandbox.url }
  const dev = await startDev(join(directory, '.billhook'), { env, args: ['--stripe'] })
  expect(dev.output()).toContain('your account, in test mode')
  const headers = { Authorization: `Bearer ${await logIn(dev.url, 'ada@example.com')}` }
  const plans = async () => await (await fetch(`${dev.url}/payments/get-plans`, { headers })).json()
  await expect
    .poll(plans, soon)
    .toContainEqual(expect.objectContaining({ stripe_price_id: 'price_demo_team_monthly' }))
  const checkout = await fetch(`${dev.url}/payments/create-checkout-session`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ price_id: 'price_demo_team_monthly' }),
  })
  const { checkout_url: url } = (await checkout.json()) as { checkout_url: string }
  await pay(url)
  // Nobody confirms the session, and no webhook comes: the feed alone tells.
  const subscription = async () =>
    await (await fetch(`${dev.url}/payments/get-user-subscription`, { headers })).json()
  await expect
    .poll(subscription, soon)
    .toMatchObject({ subscription: { status: 'active', plan: { id: 'price_demo_team_monthly' } } })
  dev.child.kill('SIGINT')
  expect((await dev.exited).code).toBe(0)
})

test('another account has a mirror of its own', async () => {
  const another = await createSandbox({ seed: 'demo' })
  onTestFinished(() => another.close())
  const env = { STRIPE_SECRET_KEY: another.apiKey, STRIPE_API_BASE: another.url }
  const dev = await startDev(join(directory, '.billhook'), { env, args: ['--stripe'] })
  // She bought at the account before.
  const headers = { Authorization: `Bearer ${await logIn(dev.url, 'ada@example.com')}` }
  const answer = await fetch(`${dev.url}/payments/get-user-subscription`, { headers })
  expect(await answer.json()).toMatchObject({ subscription: null })
  // Not by asking for Checkout, which one person may do twenty times a minute.
  const plans = async () => await (await fetch(`${dev.url}/payments/get-plans`, { headers })).text()
  await expect.poll(plans, soon).toContain('price_demo_team_monthly')
  const body = JSON.stringify({ price_id: 'price_demo_team_monthly' })
  const options = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body }
  expect((await fetch(`${dev.url}/payments/create-checkout-session`, options)).status).toBe(200)
  dev.child.kill('SIGINT')
  expect((await dev.exited).code).toBe(0)
})

test.each([
  ['a live key is refused', { STRIPE_SECRET_KEY: 'sk_live_abc' }, 'laptop mode never touches live money'],
  ['no key is said', {}, 'STRIPE_SECRET_KEY is missing'],
])('%s', async (_, env, words) => {
  const dev = runDev(join(directory, 'other'), { env, args: ['--stripe'] })
  expect((await dev.exited).code).toBe(1)
  expect(dev.output()).toContain(words)
})

test('a key that Stripe does not know is said before anything opens', async () => {
  const env = { STRIPE_SECRET_KEY: 'sk_test_wrong', STRIPE_API_BASE: sandbox.url }
  const dev = runDev(join(directory, '.billhook'), { env, args: ['--stripe'] })
  expect((await dev.exited).code).toBe(1)
  expect(dev.output()).toContain('refuses the key. Copy STRIPE_SECRET_KEY again')
})
