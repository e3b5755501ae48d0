import Stripe from 'stripe'
import type { CallClass } from './call-budget.ts'
import { type CallGuard, guardedHttpClient } from './guarded-http-client.ts'

export type StripeClient = Stripe
export type { Stripe }

/** The version that the SDK is typed for; every request names it. */
export const STRIPE_API_VERSION = Stripe.API_VERSION

export interface StripeClientOptions {
  /** `sk_…` or `rk_…`. */
  apiKey: string
  /** Origin of another Stripe API: the sandbox. Without it, Stripe itself. */
  apiBase?: string | null | undefined
  /** For one attempt. */
  timeoutMs?: number | undefined
  maxNetworkRetries?: number | undefined
  /** What every attempt has to pass. Without it nothing stands in the way: tests, and questions of the doctor. */
  guard?: CallGuard
  /** Whether anybody waits for the answers. Default: people do. */
  callClass?: CallClass
}

/**
 * The real SDK at the API version that it is typed for. Telemetry is off: latency figures of our customers' calls are nobody
 * else's. Options are always the SDK's second (or third) argument; the SDK sends an option put among the parameters to Stripe.
 */
export function createStripe(options: StripeClientOptions): StripeClient {
  const { guard, callClass = 'people' } = options
  return new Stripe(options.apiKey, {
    apiVersion: STRIPE_API_VERSION,
    telemetry: false,
    timeout: options.timeoutMs ?? 20_000,
    maxNetworkRetries: options.maxNetworkRetries ?? 2,
    appInfo: { name: 'billhook' },
    ...addressOf(options.apiBase),
    ...(guard && { httpClient: guardedHttpClient(guard, callClass) }),
  })
}

/** Whether a key moves real money. Restricted keys (`rk_`) follow the same scheme. */
export function isLiveKey(apiKey: string): boolean {
  return /^[sr]k_live_/.test(apiKey)
}

/** Whether a key may do only what was ticked for it in Stripe's dashboard. */
export function isRestrictedKey(apiKey: string): boolean {
  return apiKey.startsWith('rk_')
}

function addressOf(apiBase: string | null | undefined) {
  if (!apiBase) return {}
  const url = new URL(apiBase)
  const protocol: 'http' | 'https' = url.protocol === 'http:' ? 'http' : 'https'
  return { protocol, host: url.hostname, port: url.port || (protocol === 'http' ? '80' : '443') }
}
