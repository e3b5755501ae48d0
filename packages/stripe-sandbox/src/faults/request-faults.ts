import type { Store } from '../store/store.ts'
import type { Disturbance, Disturbances, DisturbedRequest } from '../wire/disturbance.ts'
import { StripeApiError } from '../wire/errors.ts'
import { keyInUse } from '../wire/in-flight.ts'
import { customerOfRequest } from './customer-of-request.ts'
import type { StoredFaultRule } from './fault-rule.ts'
import { rulesFor, strike, type Target } from './strike.ts'

/** The faults of the API's answers. Of the rules that match a request, the first that strikes is the one. */
export function requestFaults(store: Store): Disturbances {
  return {
    ofRequest: (request) => {
      const rules = rulesFor(store, 'request').filter((rule) => isPossible(rule, request))
      if (rules.length === 0) return {}
      const rule = store.transaction(() => firstToStrike(store, rules, targetOf(store, request)))
      return rule ? disturbanceBy(rule) : {}
    },
    ofList: (request) => {
      const rules = rulesFor(store, 'list')
      const rule = rules.length > 0 && firstToStrike(store, rules, targetOf(store, request))
      if (!rule) return undefined
      return rule.fault === 'short_list'
        ? { keep: rule.keep ?? 1, hasMore: rule.hasMore ?? false }
        : { keep: 0, hasMore: false }
    },
  }
}

/** Some faults have something to strike only in some requests; others do not use up such a rule. */
function isPossible({ fault }: StoredFaultRule, request: DisturbedRequest): boolean {
  if (fault === 'idempotency_key_in_use') return request.hasIdempotencyKey
  return fault !== 'search_lag' || request.path.endsWith('/search')
}

function firstToStrike(
  store: Store,
  rules: readonly StoredFaultRule[],
  target: Target,
): StoredFaultRule | undefined {
  for (const rule of rules) {
    const struck = strike(store, rule, target)
    if (struck) return struck
  }
  return undefined
}

function targetOf(store: Store, request: DisturbedRequest): Target {
  return {
    method: request.method,
    path: request.path,
    customer: () => customerOfRequest(store, request),
  }
}

function disturbanceBy(rule: StoredFaultRule): Disturbance {
  switch (rule.fault) {
    case 'reset_connection':
      return { instead: { kind: 'reset' } }
    case 'lose_answer':
      return { transport: { kind: 'lost' } }
    case 'truncate_answer':
      return { transport: { kind: 'truncated' } }
    case 'stall':
      return rule.when === 'after_work'
        ? { transport: { kind: 'stalled' } }
        : { instead: { kind: 'stalled' } }
    case 'slow_answer':
      return { transport: { kind: 'slow', delayMs: rule.delayMs ?? 1000 } }
    case 'server_error':
      return rule.when === 'after_work' ? { afterWork: serverError(true) } : { instead: serverError(false) }
    case 'rate_limit':
      return { instead: tooMany('rate_limit', rateLimited, rule.retryAfterSeconds) }
    case 'lock_timeout':
      return { instead: tooMany('lock_timeout', locked, rule.retryAfterSeconds) }
    case 'idempotency_key_in_use':
      return { instead: keyInUse() }
    case 'search_lag':
      return { searchLagSeconds: rule.lagSeconds ?? 60 }
    default:
      throw new Error(`${rule.fault} is no fault of a request`)
  }
}

const rateLimited =
  'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.'
const locked =
  'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.'

/** The SDK tries a lock again by itself and a rate limit not, as Stripe's header tells it. */
function tooMany(
  code: 'rate_limit' | 'lock_timeout',
  message: string,
  retryAfterSeconds: number | undefined,
): StripeApiError {
  return new StripeApiError(message, {
    status: 429,
    code,
    isRemembered: false,
    headers: {
      ...(code === 'lock_timeout' ? { 'Stripe-Should-Retry': 'true' } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
  })
}

/** A remembered one would only come again: Stripe then asks not to retry. */
function serverError(isRemembered: boolean): StripeApiError {
  return new StripeApiError('An unknown error occurred', {
    status: 500,
    type: 'api_error',
    isRemembered,
    headers: isRemembered ? { 'Stripe-Should-Retry': 'false' } : {},
  })
}
