import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { runNode, type TestProcess } from './child-process.ts'

export const BILLHOOK = join(import.meta.dirname, '../../bin/billhook.js')
export const WEBHOOK_SECRET = 'whsec_of_the_service'
export const JWT_SECRET = 'the secret of the service, more than 32 bytes'

export interface Service extends TestProcess {
  url: string
  /** Log lines so far. */
  lines(): Record<string, unknown>[]
  /** Resolves when a line with this message was written. */
  said(message: string): Promise<void>
}

/** The environment of a service on this database, with everything that is required. */
export function serviceEnv(
  databaseUrl: string,
  changes: Record<string, string> = {},
): Record<string, string> {
  return {
    STRIPE_SECRET_KEY: 'sk_test_sandbox',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
    WEBHOOK_SECRET,
    FRONTEND_URL: 'https://app.example.com',
    DATABASE_URL: databaseUrl,
    // Nobody: no test of ours calls Stripe itself.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    JWT_SECRET,
    PORT: '0',
    HOST: '127.0.0.1',
    ALLOW_HTTP: 'true',
    ...changes,
  }
}

/** `billhook serve` as a process of its own, once it listens. */
export async function startService(env: Record<string, string>, args: string[] = []): Promise<Service> {
  const run = runNode(BILLHOOK, ['serve', ...args], { env })
  const lines = () =>
    run
      .output()
      .split('\n')
      // The last one may have come in part.
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  const said = (message: string) =>
    vi.waitFor(
      () =>
        expect(
          lines().map(({ msg }) => msg),
          run.output(),
        ).toContain(message),
      { timeout: 15_000 },
    )
  await said('listening')
  const url = String(lines().find(({ msg }) => msg === 'listening')?.url)
  return { ...run, url, lines, said }
}

/** One event as Stripe signs and sends it. */
export function signedEvent(id: string, type = 'customer.updated', secret = WEBHOOK_SECRET) {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const body = JSON.stringify({
    id,
    object: 'event',
    type,
    api_version: '2026-10-28.endive',
    created: nowSeconds,
    livemode: false,
    pending_webhooks: 1,
    request: null,
    data: { object: { id: `cus_of_${id}`, object: 'customer' } },
  })
  const signature = createHmac('sha256', secret).update(`${nowSeconds}.${body}`).digest('hex')
  return { body, headers: { 'stripe-signature': `t=${nowSeconds},v1=${signature}` } }
}
