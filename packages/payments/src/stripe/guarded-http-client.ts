import Stripe from 'stripe'
import { type AccountCheck, accountRefusal, type Refusal } from './account-check.ts'
import type { CallBudget, CallClass } from './call-budget.ts'
import type { Circuit, CircuitCall } from './circuit.ts'

export interface StripeCall {
  /** First word of the path after the version: `customers`, `checkout`, … A closed set, fit for a label. */
  resource: string
  /** HTTP status of Stripe's answer; 0 when none came. */
  status: number
  elapsedMs: number
}

/** What stands before every call of a process, whichever client sends it. */
export interface CallGuard {
  /** Null for the calls that find it out. */
  account: AccountCheck | null
  circuit: Circuit
  /** Null: as many as wanted, at a sandbox. */
  budget: CallBudget | null
  /** Told of every attempt that went out, retries of the SDK included; never of a body. */
  onCall?: (call: StripeCall) => void
  /** Stripe said 429 because of the rate. */
  onSlowed?: () => void
}

type HttpClient = Stripe.HttpClient
type HttpResponse = Stripe.HttpClientResponse
type Answer = Awaited<ReturnType<HttpClient['makeRequest']>>

/**
 * The SDK's own HTTP client with the guard before it: every attempt passes here, the SDK's retries included. A call that is not let out is
 * answered in Stripe's place, as Stripe would refuse it (401 with the key of another account, 503 while the circuit is open, 429 while
 * the budget is spent), with Retry-After and the word to the SDK not to retry: whoever asked learns it at once, by the error that they handle anyway.
 */
export function guardedHttpClient(guard: CallGuard, callClass: CallClass): HttpClient {
  const inner = Stripe.createNodeHttpClient()
  return {
    getClientName: () => inner.getClientName(),
    async makeRequest(host, port, path, method, ...rest) {
      const call = await letOut(guard, callClass)
      if ('refused' in call) return call.refused
      // Whose account it is is asked before all else, and nothing of that is one object's.
      const readObject = method === 'GET' && guard.account ? addressOf(path) : undefined
      const startedAt = performance.now()
      const tell = (status: number) =>
        guard.onCall?.({ resource: resourceOf(path), status, elapsedMs: performance.now() - startedAt })
      try {
        const answer = await inner.makeRequest(host, port, path, method, ...rest)
        tell(answer.getStatusCode())
        await judge(guard, call, answer, readObject)
        return watched(answer, call, readObject)
      } catch (error) {
        tell(0)
        call.failed(isTimeout(error) ? readObject : undefined)
        throw error
      }
    },
  }
}

async function letOut(
  { account, circuit, budget }: CallGuard,
  callClass: CallClass,
): Promise<CircuitCall | { refused: Answer }> {
  const accountIsWrong = (await account?.ensure()?.then(() => null, accountRefusal)) ?? null
  if (accountIsWrong !== null) return { refused: refusal(accountIsWrong, FIRST_RETRY_MS) }
  const refusedForMs = circuit.refusedForMs()
  if (refusedForMs !== null) return { refused: refusal(SPARED, refusedForMs) }
  const spentForMs = (await budget?.enter(callClass)) ?? null
  if (spentForMs !== null) return { refused: refusal(SPENT, spentForMs) }
  // Others may have opened it while this one waited.
  return circuit.begin() ?? { refused: refusal(SPARED, circuit.refusedForMs() ?? FIRST_RETRY_MS) }
}

async function judge(
  guard: CallGuard,
  call: CircuitCall,
  answer: HttpResponse,
  readObject: string | undefined,
): Promise<void> {
  const status = answer.getStatusCode()
  const headers = answer.getHeaders()
  // What Stripe remembers under an idempotency key and repeats says nothing of how it is now.
  if (status >= 500 && headers['idempotent-replayed'] !== 'true') call.failed(readObject)
  // A lock on one object comes as 429 too; Stripe asks for a retry then, and the rate is not at fault.
  if (status !== 429 || headers['stripe-should-retry'] === 'true') return
  guard.onSlowed?.()
  await guard.budget?.slowDown((retryAfterSecondsOf(headers) ?? 0) * 1000)
}

/** A body that breaks off is a failure, so that the call is settled only when its body is there. */
function watched(answer: Answer, call: CircuitCall, readObject: string | undefined): Answer {
  return {
    getStatusCode: () => answer.getStatusCode(),
    getHeaders: () => answer.getHeaders(),
    getRawResponse: () => answer.getRawResponse(),
    toStream: (done) => {
      call.succeeded()
      return answer.toStream(done)
    },
    async toJSON() {
      try {
        const body: unknown = await answer.toJSON()
        call.succeeded()
        return body
      } catch (error) {
        call.failed(isTimeout(error) ? readObject : undefined)
        throw error
      }
    },
    dispose: () => {
      call.dropped()
      answer.dispose?.()
    },
  }
}

/** Whether nothing came in time. A network that gives up by itself names the system call, and is nobody's object. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT' && !('syscall' in error)
}

/** Marks an answer that was given in Stripe's place. */
const NOT_SENT = 'billhook-not-sent'

/** Whether these are the headers of a call that was never sent: Stripe has said nothing, and remembers nothing. */
export function wasNotSent(headers: Readonly<Record<string, unknown>> | undefined): boolean {
  return headers?.[NOT_SENT] !== undefined
}

const FIRST_RETRY_MS = 1_000
const SPARES = 'Not sent: Billhook spares Stripe.'
const SPARED: Refusal = { status: 503, type: 'api_error', message: SPARES }
const SPENT: Refusal = { status: 429, type: 'rate_limit_error', message: SPARES }

function refusal({ status, type, message }: Refusal, waitMs: number): Answer {
  const headers = {
    'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
    'stripe-should-retry': 'false',
    [NOT_SENT]: 'true',
  }
  return {
    getStatusCode: () => status,
    getHeaders: () => headers,
    getRawResponse: () => ({}),
    toStream: () => null,
    toJSON: () => Promise.resolve({ error: { type, message } }),
  }
}

/** Stripe sends seconds; HTTP allows a date too, which nobody sends here. */
export function retryAfterSecondsOf(headers: Readonly<Record<string, unknown>> | undefined): number | null {
  const seconds = Number(headers?.['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(Math.ceil(seconds), 3600) : null
}

/** What a request reads, without what it says of how. */
function addressOf(path: string): string {
  return path.split('?', 1)[0] ?? path
}

function resourceOf(path: string): string {
  return /^\/v\d+\/([a-z_]+)/.exec(path)?.[1] ?? 'other'
}
