import type { StripeApiError } from './errors.ts'

/** What goes wrong on purpose with one request. The wire obeys; who decides it is elsewhere (faults/). */
export interface Disturbance {
  /** Instead of the work, of which nothing is then done. */
  instead?: StripeApiError | Extract<Transport, { kind: 'reset' | 'stalled' }>
  /** Answered although the work was done, and remembered under the Idempotency-Key in place of the true answer. */
  afterWork?: StripeApiError
  /** What becomes of the answer on its way. */
  transport?: Transport
  /** How much of the newest search does not see. */
  searchLagSeconds?: number
}

/** How an answer travels when not as usual. */
export type Transport =
  /** Not at all: the connection is reset. */
  | { kind: 'reset' }
  /** Not at all: the connection is closed. */
  | { kind: 'lost' }
  /** Up to its middle. */
  | { kind: 'truncated' }
  /** Not at all, and the connection stays. */
  | { kind: 'stalled' }
  | { kind: 'slow'; delayMs: number }

/** How much of a page of a list is shown. */
export interface ListCut {
  keep: number
  hasMore: boolean
}

export interface Disturbances {
  /** Asked once for each request, before the work and outside its transaction. */
  ofRequest: (request: DisturbedRequest) => Disturbance
  /** Asked when the answer is a list, in the transaction of the work. */
  ofList: (request: DisturbedRequest) => ListCut | undefined
}

export interface DisturbedRequest {
  method: string
  /** Without the query. */
  path: string
  query: string
  body: string
  hasIdempotencyKey: boolean
}
