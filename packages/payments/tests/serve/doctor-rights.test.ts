import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnose } from '../../src/cli/doctor/diagnose.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { readServeConfig } from '../../src/config.ts'
import { systemClock } from '../../src/domain/clock.ts'
import { useDatabase } from '../support/database.ts'
import { serviceEnv } from '../support/serve-process.ts'
import { type StripeProxy, startStripeProxy } from '../support/stripe-proxy.ts'

const RESTRICTED = 'rk_test_of_the_doctor'
const database = useDatabase()
let sandbox: Sandbox
let network: StripeProxy

beforeEach(async () => {
  sandbox = await createSandbox({ restrictedKeys: [RESTRICTED] })
  network = await startStripeProxy(sandbox.url)
})
afterEach(async () => {
  await network.close()
  await sandbox.close()
})

/** What is said of the key, when it may not do these calls. */
async function examine(forbidden: string[], changes: Record<string, string> = {}): Promise<Finding[]> {
  network.weather = (call) => (forbidden.includes(call) ? 'forbidden' : 'fine')
  const env = { STRIPE_API_BASE: network.url, STRIPE_SECRET_KEY: RESTRICTED, ...changes }
  const findings = await diagnose(readServeConfig(serviceEnv(database.url, env)), systemClock, null)
  return findings.filter(({ area }) => area === 'stripe')
}

function problemsOf(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ level, message }) => (level === 'problem' ? [message] : []))
}

test('a restricted key with every right has no problem', async () => {
  expect(problemsOf(await examine([]))).toEqual([])
})

test('a right that the key lacks is named, with what to do, and the key is not called wrong', async () => {
  const findings = await examine(['GET /v1/webhook_endpoints'])
  expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'problem'])
  expect(findings[2]).toMatchObject({
    message: 'the key lacks a right: rak_endpoint_read',
    remedy: expect.stringContaining('docs/2-going-live.md'),
  })
})

test('every right to read that the jobs and syncs need is looked for, all in one run', async () => {
  const forbidden = [
    'GET /v1/products',
    'GET /v1/subscription_schedules',
    'GET /v1/disputes',
    'GET /v1/radar/early_fraud_warnings',
    'GET /v1/events',
  ]
  expect(problemsOf(await examine(forbidden))).toEqual([
    'the key lacks a right: rak_product_read',
    'the key lacks a right: rak_schedule_read',
    'the key lacks a right: rak_dispute_read',
    'the key lacks a right: rak_warning_read',
    'the key lacks a right: rak_event_read',
  ])
})

test('a key that may not say of which account it is has no problem with that', async () => {
  const findings = await examine(['GET /v1/account'])
  expect(problemsOf(findings)).toEqual([])
  expect(findings[1]?.message).toContain('may not say of which account it is')
})

test('a key that may do everything is not asked what it may do', async () => {
  network.calls.length = 0
  await examine([], { STRIPE_SECRET_KEY: sandbox.apiKey })
  expect(network.calls).not.toContain('GET /v1/disputes')
})
