import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { diagnose } from '../../src/cli/doctor/diagnose.ts'
import { type Finding, printFindings } from '../../src/cli/doctor/finding.ts'
import { readServeConfig } from '../../src/config.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { createPayments, type Payments } from '../../src/index.ts'
import { createLogger } from '../../src/observability/log.ts'
import { createStripe, STRIPE_API_VERSION, type StripeClient } from '../../src/stripe/client.ts'
import { killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { useDatabase } from '../support/database.ts'
import { BILLHOOK, JWT_SECRET, serviceEnv, signedEvent, WEBHOOK_SECRET } from '../support/serve-process.ts'

const BASE_URL = 'https://pay.example.com'
const database = useDatabase()
killProcessesAfterEach()
vi.setConfig({ testTimeout: 60_000 })
let sandbox: Sandbox
let stripe: StripeClient

beforeEach(async () => {
  sandbox = await createSandbox()
  // Each has its account, and all of them this database.
  await database.db.query.updateTable('installation').set({ account: null }).execute()
  stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
})
afterEach(() => sandbox.close())

test('a fresh account: no endpoint, no portal, nothing to sell, and what to do about it', async () => {
  const findings = await examine()
  expect(levelsOf(findings)).toMatchObject({
    stripe: ['ok', 'ok'],
    database: ['ok'],
    webhooks: ['problem'],
    catalogue: ['warning'],
  })
  const webhooks = findings.find(({ area }) => area === 'webhooks')
  expect(webhooks?.remedy).toContain(`${BASE_URL}/payments/webhook with API version ${STRIPE_API_VERSION}`)
})

test('an endpoint that sends everything in our version is fine', async () => {
  await createEndpoint({ enabled_events: ['*'], api_version: STRIPE_API_VERSION })
  expect(levelsOf(await examine()).webhooks).toEqual(['ok'])
})

test('an endpoint of another service is not ours', async () => {
  await createEndpoint({ url: 'https://other.example.com/payments/webhook', enabled_events: ['*'] })
  expect(messagesOf(await examine(), 'webhooks')).toEqual(['none of 1 endpoint(s) leads here'])
})

test('an endpoint that misses one of the three essential events is a problem', async () => {
  await createEndpoint({
    enabled_events: ['checkout.session.completed', 'invoice.paid'],
    api_version: STRIPE_API_VERSION,
  })
  const messages = messagesOf(await examine(), 'webhooks').join('\n')
  expect(messages).toMatch(/we_\w+ does not send invoice.payment_failed$/m)
  expect(messages).toMatch(/does not send \d+ event types that this release listens to/)
})

test('an endpoint that sends events in whatever version the account has is named', async () => {
  await createEndpoint({ enabled_events: ['*'] })
  const [finding] = (await examine()).filter(({ area }) => area === 'webhooks')
  expect(finding).toMatchObject({
    level: 'warning',
    message: expect.stringContaining("API version of the account's default"),
  })
})

test('a disabled endpoint is a problem', async () => {
  const endpoint = await createEndpoint({ enabled_events: ['*'], api_version: STRIPE_API_VERSION })
  await stripe.webhookEndpoints.update(endpoint.id, { disabled: true })
  expect(messagesOf(await examine(), 'webhooks').join()).toContain('is disabled')
})

test('two endpoints and one secret are a problem; with both secrets they are a warning', async () => {
  await createEndpoint({ enabled_events: ['*'], api_version: STRIPE_API_VERSION })
  await createEndpoint({ enabled_events: ['*'], api_version: STRIPE_API_VERSION })
  expect(messagesOf(await examine(), 'webhooks').join()).toContain('WEBHOOK_SECRET lists 1 secret(s)')
  const both = await examine({ WEBHOOK_SECRET: 'whsec_a whsec_b' })
  expect(messagesOf(both, 'webhooks').join()).toContain('every event arrives 2 times')
})

test('prices that are not mirrored are a problem, until they are', async () => {
  await stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name: 'A thing' } })
  expect(messagesOf(await examine(), 'catalogue')).toEqual([
    '1 active price(s) at Stripe are not mirrored, 0 mirrored one(s) are not active there',
  ])
  await withPayments(async (payments) => {
    await payments.start()
    await expect.poll(async () => levelsOf(await examine()).catalogue, { timeout: 10_000 }).toEqual(['ok'])
  })
})

test('events that were given up are a problem', async () => {
  await withPayments(async (payments) => {
    const { body, headers } = signedEvent('evt_dead')
    const request = new Request('http://localhost/payments/webhook', { method: 'POST', body, headers })
    expect((await payments.fetch(request)).status).toBe(200)
  })
  await database.db.query.updateTable('events').set({ status: 'dead' }).where('id', '=', 'evt_dead').execute()
  expect(messagesOf(await examine(), 'inbox')).toEqual(['1 event(s) kept failing and were given up'])
})

test('a key that Stripe does not know is one problem, and nothing else is asked of Stripe', async () => {
  const findings = await examine({ STRIPE_SECRET_KEY: 'sk_test_another' })
  expect(messagesOf(findings, 'stripe')).toEqual([`${sandbox.url} refuses the key`])
  expect(findings.some(({ area }) => area === 'webhooks')).toBe(false)
})

test('a key of another account is a problem, and what follows from that is not said', async () => {
  await stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name: 'A thing' } })
  await database.db.query.updateTable('installation').set({ account: 'acct_1Right' }).execute()
  const findings = await examine()
  const { id } = await stripe.accounts.retrieveCurrent()
  expect(messagesOf(findings, 'stripe')[1]).toBe(
    `This database belongs to the Stripe account acct_1Right, and the key is of ${id}. ` +
      `Use a key of acct_1Right (STRIPE_SECRET_KEY), or another database (DATABASE_URL) for ${id}.`,
  )
  expect(levelsOf(findings).stripe).toEqual(['ok', 'problem'])
  expect(levelsOf(findings).catalogue).toBeUndefined()
  await database.db.query.updateTable('installation').set({ account: id }).execute()
  expect(messagesOf(await examine(), 'stripe')[1]).toBe(`the key is of the account ${id}, as the database is`)
})

test('a clock that is not that of Stripe is named', async () => {
  const clockOf = async () =>
    messagesOf(await examine(), 'stripe').filter((message) => message.includes('clock'))
  await sandbox.advance({ seconds: 120 })
  expect(await clockOf()).toEqual([expect.stringMatching(/clock is 1\d\d seconds behind Stripe's$/)])
  await sandbox.advance({ minutes: 10 })
  expect(levelsOf(await examine()).stripe).toContain('problem')
})

test('a Stripe and a database that are away are one problem each', async () => {
  const away = { STRIPE_API_BASE: 'http://127.0.0.1:1', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  expect(levelsOf(await examine(away))).toEqual({ stripe: ['problem'], database: ['problem'] })
})

test('the command prints problems with what to do, no secret, and ends with 1', async () => {
  const env = serviceEnv(database.url, { STRIPE_API_BASE: sandbox.url })
  const run = runNode(BILLHOOK, ['doctor', '--url', BASE_URL], { env })
  expect((await run.exited).code).toBe(1)
  expect(run.output()).toMatch(/PROBLEM {2}webhooks .*\n +→ Create one for/)
  for (const secret of [sandbox.apiKey, WEBHOOK_SECRET, JWT_SECRET, database.url]) {
    expect(run.output()).not.toContain(secret)
  }
})

test('the command names every problem of the configuration', async () => {
  const run = runNode(BILLHOOK, ['doctor', '--json'], { env: {} })
  expect((await run.exited).code).toBe(1)
  expect(run.output()).toContain('DATABASE_URL is missing')
})

test('findings are printed in columns', () => {
  const findings: Finding[] = [
    { level: 'ok', area: 'stripe', message: 'fine' },
    { level: 'problem', area: 'database', message: 'away', remedy: 'Start it.' },
  ]
  expect(printFindings(findings)).toBe(
    'ok       stripe         fine\nPROBLEM  database       away\n                        → Start it.',
  )
})

function examine(changes: Record<string, string> = {}): Promise<Finding[]> {
  const env = serviceEnv(database.url, { STRIPE_API_BASE: sandbox.url, ...changes })
  return diagnose(readServeConfig(env), systemClock, BASE_URL)
}

function createEndpoint(options: { url?: string; enabled_events: string[]; api_version?: string }) {
  // The SDK's types list the versions and events that it knows; accounts have older ones.
  const parameters = { url: `${BASE_URL}/payments/webhook`, ...options } as Parameters<
    StripeClient['webhookEndpoints']['create']
  >[0]
  return stripe.webhookEndpoints.create(parameters)
}

async function withPayments(work: (payments: Payments) => Promise<void>): Promise<void> {
  const payments = createPayments({
    database: { url: database.url },
    stripe: { secretKey: sandbox.apiKey, apiBase: sandbox.url, webhookSecrets: [WEBHOOK_SECRET] },
    frontendUrl: 'https://app.example.com',
    auth: { secret: JWT_SECRET },
    log: createLogger('silent'),
  })
  try {
    await work(payments)
  } finally {
    await payments.stop()
  }
}

function levelsOf(findings: Finding[]): Record<string, string[]> {
  const levels: Record<string, string[]> = {}
  for (const { area, level } of findings) levels[area] = [...(levels[area] ?? []), level]
  return levels
}

function messagesOf(findings: Finding[], area: Finding['area']): string[] {
  return findings.filter((finding) => finding.area === area).map(({ message }) => message)
}
