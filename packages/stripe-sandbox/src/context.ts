import type Stripe from 'stripe'
import type { BillingSettings } from './billing/settings.ts'
import { frozenClock, type SandboxClock } from './clock.ts'
import { emitter } from './events/emit.ts'
import type { Ids } from './ids.ts'
import type { Store } from './store/store.ts'
import type { SandboxTime } from './time/sandbox-time.ts'
import { timelineOfIds } from './time/timeline-of.ts'

/** What a sandbox consists of, whoever looks at it and when. */
export interface World {
  store: Store
  time: SandboxTime
  /** Real time, for what does not follow the sandbox's clock: idempotency keys, deliveries. */
  wallClock: SandboxClock
  /** Origin of this sandbox, e.g. `http://127.0.0.1:12111`: hosted pages live below it. */
  origin: string
  ids: Ids
  settings: BillingSettings
}

/** What every API handler, page and state machine works with. Handlers are synchronous: one request is one transaction. */
export interface Context {
  store: Store
  /** The time of whoever this is about: that of the sandbox, or of the test clock to which the customer belongs. */
  clock: SandboxClock
  origin: string
  ids: Ids
  settings: BillingSettings
  /** Records an event (a snapshot of `object`) in this transaction; it is delivered after the commit. */
  emit: (type: Stripe.Event['type'], object: object, previousAttributes?: object) => void
  /** The API request that causes all this; nulls when Stripe itself (a page, a timer) does. Copied into events. */
  request: RequestCause
}

export interface RequestCause {
  id: string | null
  idempotencyKey: string | null
}

export const noRequest: RequestCause = { id: null, idempotencyKey: null }

export function contextAt(world: World, clock: SandboxClock, request = noRequest): Context {
  const { store, origin, ids, settings, wallClock } = world
  return {
    store,
    clock,
    origin,
    ids,
    settings,
    request,
    emit: emitter({ store, clock, ids, wallClock, request }),
  }
}

/** A context in the time of the customer to whom the first of these ids belongs that names something known. */
export function contextAbout(world: World, ids: Iterable<string>, request = noRequest): Context {
  return contextAt(world, world.time.clockOf(timelineOfIds(world.store, ids)), request)
}

/** A context in which it is `at`, unix seconds: for work that is done later than it was due. */
export function contextFrozenAt(world: World, at: number): Context {
  return contextAt(world, frozenClock(at))
}
