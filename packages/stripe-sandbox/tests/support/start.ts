import Stripe from 'stripe'
import { onTestFinished } from 'vitest'
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/index.ts'

/** A sandbox of this test's own and the unmodified SDK pointed at it; the sandbox closes when the test ends. */
export async function start(
  options: SandboxOptions = {},
  sdk: Partial<Stripe.StripeConfig> = {},
): Promise<{ sandbox: Sandbox; stripe: Stripe }> {
  const sandbox = await createSandbox(options)
  onTestFinished(() => sandbox.close())
  return { sandbox, stripe: clientOf(sandbox, sdk) }
}

/** The SDK, pointed at a sandbox. It does not retry by itself, so that a test sees every answer. */
export function clientOf(
  { host, port, protocol, apiKey }: Pick<Sandbox, 'host' | 'port' | 'protocol' | 'apiKey'>,
  sdk: Partial<Stripe.StripeConfig> = {},
): Stripe {
  return new Stripe(apiKey, { host, port, protocol, telemetry: false, maxNetworkRetries: 0, ...sdk })
}

/** The error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(outcome instanceof Stripe.errors.StripeError))
    throw new Error(`expected an error of Stripe, got ${String(outcome)}`)
  return outcome
}
