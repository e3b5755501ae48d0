import type Stripe from 'stripe'
import type { SandboxClock } from '../clock.ts'
import type { Context, RequestCause, World } from '../context.ts'
import { announceThin } from '../thin/announce-thin.ts'
import { announceSnapshot } from './announce-snapshot.ts'
import { customerOf } from './customer-of.ts'
import type { AnnouncedEvent } from './event-trouble.ts'

/** What announcing needs of the world. Deliveries run in real time, whatever the time of the change. */
export type Announcing = Pick<World, 'store' | 'wallClock' | 'ids' | 'apiVersion' | 'trouble'>

/** One change, told to everybody who wants to know. */
export interface Announcement {
  what: AnnouncedEvent & { type: Stripe.Event['type'] }
  /** As it is now, in today's shape. */
  object: object
  previousAttributes: object | undefined
  /** Unix milliseconds; whole seconds are the event's `created`. */
  createdMs: number
  request: RequestCause
}

/** The `emit` of a context: the events, and one delivery for everybody who wants one, in the caller's transaction. */
export function emitter(announcing: Announcing, clock: SandboxClock, request: RequestCause): Context['emit'] {
  return (type, object, previousAttributes) => {
    const what = { type, customer: customerOf(object) }
    const { copies, created } = announcing.trouble.ofEvent(what, clock.now())
    const createdMs = created * 1000 + (clock.nowMs() % 1000)
    for (let copy = 0; copy < copies; copy += 1) {
      const announcement = { what, object, previousAttributes, createdMs, request }
      const event = announceSnapshot(announcing, announcement)
      announceThin(announcing, announcement, event.id)
    }
  }
}
