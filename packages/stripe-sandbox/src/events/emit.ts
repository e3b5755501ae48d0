import type Stripe from 'stripe'
import type { SandboxClock } from '../clock.ts'
import type { Context } from '../context.ts'
import type { Store } from '../store/store.ts'
import { announceThin } from '../thin/announce-thin.ts'
import { announceSnapshot } from './announce-snapshot.ts'
import { customerOf } from './customer-of.ts'
import type { AnnouncedEvent, EventTrouble } from './event-trouble.ts'

export interface Announcing {
  store: Store
  clock: SandboxClock
  /** Deliveries run in real time. */
  wallClock: SandboxClock
  /** The account's default API version: that of events in lists, and of endpoints that set none. */
  apiVersion: string
  trouble: EventTrouble
}

/** One change, told to everybody who wants to know. */
export interface Announcement {
  what: AnnouncedEvent & { type: Stripe.Event['type'] }
  /** As it is now, in today's shape. */
  object: object
  previousAttributes: object | undefined
  /** Unix seconds. */
  created: number
  request: Context['request']
}

export type Emitter = (request: Context['request']) => Context['emit']

/** The `emit` of a context: the events, and one delivery for everybody who wants one, in the caller's transaction. */
export function emitter(announcing: Announcing): Emitter {
  return (request) => (type, object, previousAttributes) => {
    const what = { type, customer: customerOf(object) }
    const { copies, created } = announcing.trouble.ofEvent(what, announcing.clock.now())
    for (let copy = 0; copy < copies; copy += 1) {
      const announcement = { what, object, previousAttributes, created, request }
      const event = announceSnapshot(announcing, announcement)
      announceThin(announcing, announcement, event.id)
    }
  }
}
