import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { endScheduledSubscription, expireIncomplete } from './cancel-subscription.ts'
import { DueMoments } from './due-moments.ts'
import { currentCheckoutSession } from './expire-checkout-session.ts'

/** How long a first invoice may stay unpaid before its subscription expires. Seconds. */
const firstPaymentWithin = 23 * 60 * 60

/**
 * Makes the function that does what the clock has made due: open Checkout sessions expire, scheduled cancellations happen,
 * subscriptions whose first payment never came expire. Called by a timer; doing it twice changes nothing, because each piece
 * of work looks at its object again. The moments are a derived index: read from the store at start, kept by its commits.
 */
export function dueWork(context: Context): () => void {
  const { store, clock } = context
  const moments = new DueMoments()
  const note = (id: string): void => {
    const sessionAt = sessionEndsAt(store.get('checkout.session', id))
    moments.set(id, sessionAt ?? subscriptionEndsAt(store.get('subscription', id)))
  }
  for (const { id } of store.all('checkout.session')) note(id)
  for (const { id } of store.all('subscription')) note(id)
  store.onCommit((changes) => {
    for (const { table, id } of changes) {
      if (table === 'checkout.session' || table === 'subscription') note(id)
    }
  })
  return () => {
    const failures: unknown[] = []
    for (const id of moments.take(clock.now())) {
      try {
        store.transaction(() => doNow(context, id))
      } catch (error) {
        // Tried again at the next turn, and in nobody else's way until then.
        note(id)
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some due work failed')
  }
}

function doNow(context: Context, id: string): void {
  currentCheckoutSession(context, id)
  const subscription = context.store.get('subscription', id)
  const endsAt = subscriptionEndsAt(subscription)
  if (subscription === undefined || endsAt === null || endsAt > context.clock.now()) return
  if (subscription.status === 'incomplete') expireIncomplete(context, subscription)
  else endScheduledSubscription(context, subscription)
}

function sessionEndsAt(session: Stripe.Checkout.Session | undefined): number | null {
  return session?.status === 'open' ? session.expires_at : null
}

function subscriptionEndsAt(subscription: Stripe.Subscription | undefined): number | null {
  if (subscription === undefined || subscription.ended_at !== null) return null
  return subscription.status === 'incomplete'
    ? subscription.created + firstPaymentWithin
    : subscription.cancel_at
}
