import { channel } from 'node:diagnostics_channel'
import type Stripe from 'stripe'
import type { Store } from './store/store.ts'
import type { ApiCall } from './wire/api-call.ts'

// Channels of Node's own, because they are the process's: whoever watches need not be the one who starts a sandbox, nor have
// loaded this module from the same place. Without a subscriber they cost a comparison.
const answers = channel('stripe-sandbox:answer')
const events = channel('stripe-sandbox:event')

export interface Watcher {
  /** Every answer of the API, once it is committed. @param origin of the sandbox. */
  onAnswer?: (call: ApiCall, origin: string) => void
  /** Every event, once it is committed; whether somebody takes it is another matter. Do not change it: it is the stored one. */
  onEvent?: (event: Stripe.Event, origin: string) => void
}

/**
 * Tells of everything that any sandbox in this process answers and announces, for a test setup that checks all traffic.
 * Watchers are called at once, between the commit and the answer: keep what you need and work on it later.
 * @returns ends the watching.
 */
export function watchSandboxes({ onAnswer, onEvent }: Watcher): () => void {
  // A boundary: only this module publishes on these channels.
  const answered = (message: unknown): void => {
    const { told, origin } = message as Told<ApiCall>
    onAnswer?.(told, origin)
  }
  const announced = (message: unknown): void => {
    const { told, origin } = message as Told<Stripe.Event>
    onEvent?.(told, origin)
  }
  answers.subscribe(answered)
  events.subscribe(announced)
  return () => {
    answers.unsubscribe(answered)
    events.unsubscribe(announced)
  }
}

interface Told<T> {
  told: T
  origin: string
}

export function tellAnswer(told: ApiCall, origin: string): void {
  if (answers.hasSubscribers) answers.publish({ told, origin } satisfies Told<ApiCall>)
}

/** Tells of the events of a store as they are committed. */
export function tellEvents(store: Store, origin: string): void {
  store.onCommit((changes) => {
    if (!events.hasSubscribers) return
    for (const { table, id } of changes) {
      const told = table === 'event' && store.get('event', id)
      // Undefined when an event is forgotten after its thirty days.
      if (told) events.publish({ told, origin } satisfies Told<Stripe.Event>)
    }
  })
}
