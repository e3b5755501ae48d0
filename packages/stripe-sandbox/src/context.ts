import type Stripe from 'stripe'
import { followEntitlements } from './billing/entitlements/follow-entitlements.ts'
import type { BillingSettings } from './billing/settings.ts'
import { frozenClock, type SandboxClock } from './clock.ts'
import { emitter } from './events/emit.ts'
import type { EventTrouble } from './events/event-trouble.ts'
import type { Ids } from './ids.ts'
import type { Store } from './store/store.ts'
import type { SandboxTime } from './time/sandbox-time.ts'
import { timelineOfIds } from './time/timeline-of.ts'
import type { Uploads } from './wire/uploads.ts'

/** What a sandbox consists of, whoever looks at it and when. */
export interface World {
  store: Store
  time: SandboxTime
  /** Real time, for what does not follow the sandbox's clock: idempotency keys, deliveries. */
  wallClock: SandboxClock
  /** Origin of this sandbox, e.g. `http://127.0.0.1:12111`: hosted pages live below it. */
  origin: string
  ids: Ids
  /** A source apart: whether the timer or the next request does what is due, changes no id that a seed gave. */
  requestIds: Ids
  settings: BillingSettings
  /** The account's default API version: that of events in lists, and of endpoints that set none. */
  apiVersion: string
  /** What goes wrong when a change is announced. */
  trouble: EventTrouble
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
  /** How old something must be for search to find it; left out when search knows everything. */
  searchLagSeconds?: number
  /** The files that came with the API request; left out where none did. */
  uploads?: Uploads
}

export interface RequestCause {
  id: string | null
  idempotencyKey: string | null
}

export const noRequest: RequestCause = { id: null, idempotencyKey: null }

export function contextAt(world: World, clock: SandboxClock, request = noRequest): Context {
  const { store, origin, ids, settings } = world
  const announce = emitter(world, clock, request)
  const context: Context = {
    store,
    clock,
    origin,
    ids,
    settings,
    request,
    emit: (type, object, previousAttributes) => {
      announce(type, object, previousAttributes)
      followEntitlements(context, type, object)
    },
  }
  return context
}

/** A context in the time of the customer to whom the first of these ids belongs that names something known. */
export function contextAbout(world: World, ids: Iterable<string>, request = noRequest): Context {
  return contextAt(world, world.time.clockOf(timelineOfIds(world.store, ids)), request)
}

/** A context in which it is `at`, unix seconds: for work that is done later than it was due. */
export function contextFrozenAt(world: World, at: number): Context {
  return contextAt(world, frozenClock(at))
}
