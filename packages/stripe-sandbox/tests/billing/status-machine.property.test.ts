import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../src/index.ts'
import { movableClock } from '../support/movable-clock.ts'
import { act, live } from '../support/random-life.ts'
import { clientOf } from '../support/start.ts'

/** Few in the suite, so that it stays fast. Raise it to look longer: 500 runs take some minutes. */
const RUNS = 20

/** Status → what it may become (stripe-facts 3.1; a trial can be given to what is active). */
const legal: Readonly<Record<string, readonly string[]>> = {
  incomplete: ['active', 'trialing', 'incomplete_expired'],
  incomplete_expired: [],
  trialing: ['active', 'past_due', 'paused', 'canceled'],
  active: ['trialing', 'past_due', 'unpaid', 'paused', 'canceled'],
  past_due: ['active', 'unpaid', 'paused', 'canceled'],
  unpaid: ['active', 'paused', 'canceled'],
  paused: ['active', 'past_due', 'canceled'],
  canceled: [],
}

test('whatever is done and however time passes, a subscription changes its status only as Stripe’s do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 10, maxLength: 25, size: 'max' }),
      fc.constantFrom('cancel', 'unpaid', 'past_due', 'pause'),
      async (acts, afterLastRetry) => {
        const sandbox = await createSandbox({
          seed: 'demo',
          clock: movableClock(Date.UTC(2027, 0, 31, 12) / 1000),
          billing: { afterLastRetry, retryAfterDays: [1, 2] },
        })
        try {
          const stripe = clientOf(sandbox)
          const { id: customer } = await stripe.customers.create()
          await live(sandbox, stripe, customer, { kind: 'card', card: 'pm_card_visa' })
          await live(sandbox, stripe, customer, { kind: 'subscribe', how: 'plainly' })
          for (const each of acts) await live(sandbox, stripe, customer, each)
          expect(illegalChanges(sandbox)).toEqual([])
        } finally {
          await sandbox.close()
        }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  )
})

/** What was announced of every subscription in turn, and that what is stored is what was announced last. */
function illegalChanges({ context: { store } }: Sandbox): string[] {
  const told = new Map<string, string>()
  const illegal: string[] = []
  for (const event of [...store.all('event')].reverse()) {
    const object = event.data.object as { id?: string; object?: string; status?: string }
    if (object.object !== 'subscription' || !object.id || !object.status) continue
    const before = told.get(object.id)
    told.set(object.id, object.status)
    if (before === undefined || before === object.status || legal[before]?.includes(object.status)) continue
    illegal.push(`${object.id}: ${before} → ${object.status} (${event.type})`)
  }
  for (const { id, status } of store.all('subscription')) {
    if (told.get(id) !== status) illegal.push(`${id}: ${status}, and last told of ${told.get(id)}`)
  }
  return illegal
}
