import { SignJWT } from 'jose'
import pino from 'pino'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll } from 'vitest'
import type { Clock } from '../../src/domain/clock.ts'
import { createPayments, type Payments, type PaymentsOptions } from '../../src/index.ts'
import { createStripe, type StripeClient } from '../../src/stripe/client.ts'
import { type TestDatabase, useDatabase } from './database.ts'
import { type StripeProxy, startStripeProxy } from './stripe-proxy.ts'

export const JWT_SECRET = 'a secret of the tests, thirty-two bytes and more'
export const WEBHOOK_SECRET = 'whsec_of_the_tests'
export const FRONTEND_URL = 'https://shop.example'

export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

export interface RequestOptions {
  /** The owner whose token is sent; none: no token. */
  as?: string
  email?: string
  roles?: string[]
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  rawBody?: string | Uint8Array
  headers?: Record<string, string>
}

export interface Api {
  readonly database: TestDatabase
  readonly payments: Payments
  readonly sandbox: Sandbox
  /** The same local Stripe as the product's, for what happens behind its back. */
  readonly stripe: StripeClient
  /** What the product's calls to Stripe pass through. */
  readonly network: StripeProxy
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
}

/** The whole product on a database of this test file and a local Stripe of its own, asked without a network port. */
export function useApi(options: Partial<PaymentsOptions> & { clock?: Clock } = {}): Api {
  const database = useDatabase()
  let started: Pick<Api, 'payments' | 'sandbox' | 'stripe' | 'network'> | null = null

  beforeAll(async () => {
    // The demo catalogue brings the portal's default configuration, which Stripe's API cannot make.
    const sandbox = await createSandbox({ seed: 'demo' })
    const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
    const network = await startStripeProxy(sandbox.url)
    const payments = createPayments({
      database: { url: database.url },
      stripe: {
        secretKey: sandbox.apiKey,
        apiBase: network.url,
        webhookSecrets: [WEBHOOK_SECRET],
        // The SDK's pauses between its attempts are not ours to test.
        maxRetries: 0,
      },
      frontendUrl: FRONTEND_URL,
      auth: { secret: JWT_SECRET },
      http: { spendsPerMinute: 1_000, readsPerMinute: 10_000 },
      log: pino({ level: 'silent' }),
      ...options,
    })
    started = { payments, sandbox, stripe, network }
  })

  afterAll(async () => {
    await started?.payments.stop()
    await started?.network.close()
    await started?.sandbox.close()
  })

  function parts() {
    if (started === null) throw new Error('The API is there from beforeAll on.')
    return started
  }

  return {
    database,
    get payments() {
      return parts().payments
    },
    get sandbox() {
      return parts().sandbox
    },
    get stripe() {
      return parts().stripe
    },
    get network() {
      return parts().network
    },
    request: (method, path, request = {}) => send(parts().payments, method, path, request),
  }
}

/** An access token such as the app's own login gives. */
export async function tokenFor(
  ownerId: string,
  claims: { email?: string | undefined; roles?: string[] | undefined } = {},
): Promise<string> {
  return await new SignJWT({ email: claims.email ?? `${ownerId}@example.com`, roles: claims.roles ?? [] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(ownerId)
    .setExpirationTime('1h')
    .sign(Buffer.from(JWT_SECRET))
}

async function send(
  payments: Payments,
  method: string,
  path: string,
  options: RequestOptions,
): Promise<Answer> {
  const headers = new Headers(options.headers)
  if (options.as !== undefined) {
    const token = await tokenFor(options.as, { email: options.email, roles: options.roles })
    headers.set('Authorization', `Bearer ${token}`)
  }
  const body = options.body === undefined ? options.rawBody : JSON.stringify(options.body)
  if (body !== undefined && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json')
  const request = new Request(`http://localhost${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  })
  const answer = await payments.fetch(request)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: answer.status,
    headers: answer.headers,
    body: isJson ? JSON.parse(text) : text,
  }
}
