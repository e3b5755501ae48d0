import type { Command } from 'commander'
import Stripe from 'stripe'

export interface SandboxAddress {
  apiBase: string
  apiKey: string
}

/** The flags of a command that works with a sandbox that is running already. */
export function withSandboxAddress(command: Command): Command {
  return command
    .option('--api-base <url>', 'address of the running sandbox', 'http://127.0.0.1:12111')
    .option('--api-key <key>', 'its secret key', 'sk_test_sandbox')
}

/** The SDK, pointed at the sandbox. @throws Error that says what to start, when none answers there. */
export async function connectToSandbox({ apiBase, apiKey }: SandboxAddress): Promise<Stripe> {
  const { protocol, hostname, port } = new URL(apiBase)
  if (apiKey.startsWith('sk_live')) throw new Error('A live key never belongs to a sandbox.')
  const stripe = new Stripe(apiKey, {
    host: hostname,
    port: port || (protocol === 'https:' ? 443 : 80),
    protocol: protocol === 'https:' ? 'https' : 'http',
    maxNetworkRetries: 0,
  })
  const clock = await fetch(new URL('/_sandbox/clock', apiBase), {
    headers: { Authorization: `Bearer ${apiKey}` },
  }).catch(() => null)
  if (clock === null) throw new Error(`No sandbox answers at ${apiBase}. Start one: stripe-sandbox`)
  if (clock.status === 401) throw new Error(`The sandbox at ${apiBase} has another key: --api-key`)
  if (!clock.ok) throw new Error(`What answers at ${apiBase} is not a sandbox.`)
  return stripe
}
