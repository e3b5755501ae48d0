import Stripe from 'stripe'
import { test as base } from 'vitest'
import { createSandbox, type Sandbox, type SandboxOptions } from '../create-sandbox.ts'
import { watchSandboxes } from '../watch.ts'
import { Webhooks } from './webhooks.ts'

export interface SandboxFixtures {
  /** How each test's sandbox is started: `test.override({ sandboxOptions: { seed: 'demo' } })` in a file or a `describe`. */
  sandboxOptions: SandboxOptions
  /** A sandbox of this test's own, in memory, on a port of its own. */
  sandbox: Sandbox
  /** The unmodified SDK, pointed at it. It does not retry by itself, so that a test sees every answer. */
  stripe: Stripe
  /** An endpoint that gets every event from the moment on that the test asks for it; each delivery is verified. */
  webhooks: Webhooks
}

/**
 * Vitest's `test` with a local Stripe. What a test does not name is not started, and all of it is gone when the test ends. A
 * call that arrives after the end fails the test, and so does a delivery whose signature did not verify.
 *
 * @example
 * test('a new customer is announced', async ({ stripe, webhooks }) => {
 *   const customer = await stripe.customers.create({ email: 'ada@example.com' })
 *   const event = await webhooks.waitForEvent('customer.created')
 *   expect(event.data.object.id).toBe(customer.id)
 * })
 */
export const test = base.extend<SandboxFixtures>({
  sandboxOptions: {},
  sandbox: ({ sandboxOptions }, use) => withSandbox(sandboxOptions, use),
  stripe: async ({ sandbox }, use) => {
    const { apiKey, host, port, protocol } = sandbox
    await use(new Stripe(apiKey, { host, port, protocol, telemetry: false, maxNetworkRetries: 0 }))
  },
  webhooks: async ({ stripe }, use) => {
    const webhooks = await Webhooks.listen(stripe)
    await use(webhooks)
    await webhooks.close()
  },
})

/**
 * A sandbox for as long as something uses it.
 * @throws Error when it was still called while it closed: something outlives the test.
 */
export async function withSandbox(
  options: SandboxOptions,
  use: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await createSandbox(options)
  const late: string[] = []
  try {
    await use(sandbox)
  } finally {
    const stop = watchSandboxes({
      onAnswer: ({ method, path }, origin) => {
        if (origin === sandbox.url) late.push(`${method} ${path}`)
      },
    })
    await sandbox.close()
    stop()
  }
  if (late.length > 0) {
    throw new Error(
      `After the test had ended, Stripe was still called: ${late.join(', ')}. Await every call.`,
    )
  }
}
