import type Stripe from 'stripe'
import type { SandboxClock } from './clock.ts'
import type { Store } from './store/store.ts'

/** What every API handler, page and state machine works with. Handlers are synchronous: one request is one transaction. */
export interface Context {
  store: Store
  clock: SandboxClock
  /** Origin of this sandbox, e.g. `http://127.0.0.1:12111`: hosted pages live below it. */
  origin: string
  /** Records an event (a snapshot of `object`) in this transaction; it is delivered after the commit. */
  emit: (type: Stripe.Event['type'], object: object, previousAttributes?: object) => void
  /** The API request that causes all this; nulls when Stripe itself (a page, a timer) does. Copied into events. */
  request: { id: string | null; idempotencyKey: string | null }
  /** How old something must be for search to find it; left out when search knows everything. */
  searchLagSeconds?: number
}
