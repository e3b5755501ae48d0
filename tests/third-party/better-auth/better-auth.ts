import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stripe as stripePlugin } from '@better-auth/stripe'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import StripeOfThePeer from 'stripe'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll } from 'vitest'

const secret = 'whsec_of_better_auth'

export interface BetterAuthApp {
  readonly sandbox: Sandbox
  /** The plugin's own SDK, which is a major version behind ours, at the sandbox's API version. */
  readonly stripe: StripeOfThePeer
  /** Signs somebody up and answers what calls the app as them. */
  signUp(email: string): Promise<Person>
}

type Answer = Record<string, unknown>

export interface Person {
  /** POST with a body, GET without; the app's JSON. A refusal throws what it says. */
  call(path: string, body?: object): Promise<Answer>
  subscriptions(): Promise<Answer[]>
}

/** An app with better-auth and its Stripe plugin, set up as its documentation shows, whose Stripe is a sandbox. */
export function useBetterAuthApp(): BetterAuthApp {
  let sandbox: Sandbox | null = null
  let stripe: StripeOfThePeer | null = null
  let origin = ''
  const server = createServer()

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    sandbox = await createSandbox({
      seed: 'demo',
      webhook: { url: `${origin}/api/auth/stripe/webhook`, secret },
    })
    stripe = new StripeOfThePeer(sandbox.apiKey, {
      host: sandbox.host,
      port: sandbox.port,
      protocol: 'http',
      // Its types know the version of their own time only.
      apiVersion: '2026-10-28.endive' as typeof StripeOfThePeer.API_VERSION,
    })
    const auth = betterAuth({
      baseURL: origin,
      secret: 'a secret of the test that is long enough',
      database: memoryAdapter({ user: [], session: [], account: [], verification: [], subscription: [] }),
      emailAndPassword: { enabled: true },
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      plugins: [
        stripePlugin({
          stripeClient: stripe,
          stripeWebhookSecret: secret,
          createCustomerOnSignUp: true,
          subscription: {
            enabled: true,
            plans: [
              { name: 'starter', priceId: 'price_demo_starter_monthly' },
              {
                name: 'team',
                priceId: 'price_demo_team_monthly',
                annualDiscountPriceId: 'price_demo_team_yearly',
              },
            ],
          },
        }),
      ],
    })
    server.on('request', toNodeHandler(auth))
  })

  afterAll(async () => {
    await sandbox?.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  async function call(path: string, body?: object, cookie = ''): Promise<Response> {
    const response = await fetch(`${origin}/api/auth${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, Cookie: cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path} ${response.status}: ${await response.text()}`)
    return response
  }

  return {
    get sandbox() {
      if (sandbox === null) throw new Error('The app runs from beforeAll on.')
      return sandbox
    },
    get stripe() {
      if (stripe === null) throw new Error('The app runs from beforeAll on.')
      return stripe
    },
    signUp: async (email) => {
      const answer = await call('/sign-up/email', { email, name: 'Ada', password: 'correct horse battery' })
      const cookie = answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
      return {
        call: async (path, body) => (await call(path, body, cookie)).json() as Promise<Answer>,
        subscriptions: async () =>
          (await call('/subscription/list', undefined, cookie)).json() as Promise<Answer[]>,
      }
    },
  }
}
