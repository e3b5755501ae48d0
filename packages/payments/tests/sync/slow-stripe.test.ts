import { expect, test } from 'vitest'
import { type DrainOutcome, drainGroup } from '../../src/webhooks/drain.ts'
import { ReplicaClock, VirtualTime } from '../simulation/virtual-time.ts'
import type { Weather } from '../support/stripe-proxy.ts'
import { addOwner, addPrice, buy, deliver, eventsOf, statusesOf, useSync } from '../support/sync-rig.ts'

const time = new VirtualTime(Date.now())
const rig = useSync({ clock: new ReplicaClock(time) })

test('a Stripe that takes 19 s for each answer is waited for by one replica, and the other does not fence it out', async () => {
  const customer = await addOwner(rig, 'ann')
  for (let purchase = 0; purchase < 3; purchase++) await buy(rig, customer, await addPrice(rig, false))
  await buy(rig, customer, await addPrice(rig))
  const events = await eventsOf(rig, customer)
  for (const event of events) await deliver(rig, event)

  const slow = { ...rig.context, random: () => 0.5 }
  const other = { ...slow, stripe: rig.stripe }
  const others: DrainOutcome[] = []
  let turn: Promise<Weather> = Promise.resolve('fine')
  rig.network.weather = () => {
    turn = turn.then(async (): Promise<Weather> => {
      for (let second = 0; second < 19; second++) {
        time.moveTo(time.nowMs + 1_000)
        await untilItWaits()
      }
      others.push(await drainGroup(other, customer))
      return 'fine'
    })
    return turn
  }

  expect(await drainGroup(slow, customer)).toBe('worked')
  expect(others.length * 19).toBeGreaterThan(2 * 60)
  expect(new Set(others)).toEqual(new Set(['busy']))
  const ids = events.map(({ id }) => id)
  expect(Object.values(await statusesOf(rig, ids))).not.toContain('pending')
})

/** What the time has woken keeps the lease, and then waits for the next time: however long the database takes for it. */
async function untilItWaits(): Promise<void> {
  for (let question = 0; question < 1_000 && time.nextDueMs() === null; question++) {
    await rig.database.db.pool.query('select 1')
  }
}
