import type { Clock } from '../domain/clock.ts'
import type { Logger } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { AccountCheck } from './account-check.ts'
import { createCallBudget, type SharedBucket } from './call-budget.ts'
import { type CircuitState, createCircuit } from './circuit.ts'
import { createStripe, isLiveKey, type StripeClient } from './client.ts'

export interface StripeConnection {
  /** For whoever waits for the answer. */
  forPeople: StripeClient
  /** For jobs and commands. */
  forBackground: StripeClient
  /** What stands before each call of both. */
  account: AccountCheck
}

export interface StripeConnectionOptions {
  apiKey: string
  apiBase?: string | null | undefined
  timeoutMs?: number | undefined
  maxNetworkRetries?: number | undefined
  /** Null: as many as wanted. */
  callsPerSecond: number | null
  bucket: SharedBucket
  /** How it is found out whose account the key is of, with a client whose calls it does not stand before. */
  knowAccount: (stripe: StripeClient) => AccountCheck
  clock: Clock
  log: Logger
  metrics: Metrics
}

const CIRCUIT_FIGURES: Record<CircuitState, number> = { closed: 0, probing: 1, open: 2 }

/** The clients of one process: two classes of callers behind one circuit and one share of the budget. */
export function connectStripe(options: StripeConnectionOptions): StripeConnection {
  const { apiKey, apiBase, timeoutMs, maxNetworkRetries, callsPerSecond, bucket, clock, log, metrics } =
    options
  const circuit = createCircuit({
    nowMs: () => clock.elapsedMs(),
    onChange(state) {
      metrics.circuitState.set(CIRCUIT_FIGURES[state])
      if (state === 'open') log.warn('Stripe does not answer: it is not asked for a moment')
      if (state === 'closed') log.info('Stripe answers again')
    },
  })
  metrics.budgetLimit.set(callsPerSecond ?? 0)
  // Until the first call tells how it is: a process that makes none has no budget that is low.
  metrics.budgetRate.set(callsPerSecond ?? 0)
  const budget =
    callsPerSecond === null
      ? null
      : createCallBudget({
          bucket,
          callsPerSecond,
          clock,
          onWaiting: (callClass, count) => metrics.budgetWaiting.set({ class: callClass }, count),
          onRate: (rate) => metrics.budgetRate.set(rate),
          onError: (error) => log.warn({ err: error }, 'the budget for calls to Stripe cannot be read'),
        })
  const unguarded = {
    account: null,
    circuit,
    budget,
    onCall: ({ resource, status }: { resource: string; status: number }) =>
      metrics.stripeCalls.inc({ resource, outcome: outcomeOf(status) }),
    onSlowed: () => metrics.budgetSlowed.inc(),
  }
  const client = { apiKey, apiBase, timeoutMs, maxNetworkRetries }
  const account = options.knowAccount(createStripe({ ...client, guard: unguarded }))
  const guard = { ...unguarded, account }
  return {
    forPeople: createStripe({ ...client, guard, callClass: 'people' }),
    forBackground: createStripe({ ...client, guard, callClass: 'background' }),
    account,
  }
}

/**
 * What Stripe takes by its own documents (stripe-facts 9.1), less a part for what else uses the account in live mode. A sandbox
 * takes what it gets.
 */
export function defaultCallsPerSecond(apiKey: string, apiBase: string | null | undefined): number | null {
  if (apiBase) return null
  return isLiveKey(apiKey) ? 80 : 25
}

function outcomeOf(status: number): string {
  if (status === 0) return 'unreachable'
  if (status < 400) return 'ok'
  if (status === 429) return 'rate_limited'
  return status < 500 ? 'refused' : 'failed'
}
