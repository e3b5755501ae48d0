import { expect, test } from 'vitest'
import { endImpossibleWaits } from '../../src/db/queries/impossible-waits.ts'
import { claimQueues } from '../../src/db/queries/outbox-queues.ts'
import type { Target } from '../../src/outbox/targets.ts'
import { useOutbox } from '../support/outbox-rig.ts'

const HOUR_MS = 60 * 60_000
const rig = useOutbox()
const end = () => endImpossibleWaits(rig.database.db.query, rig.clock.now())

test('an app event that was refused while a clock was an hour ahead does not wait for that hour', async () => {
  const { target, taken } = await startRefusing()
  rig.clock.advance(HOUR_MS)
  await rig.tell('ann', 'a')
  await rig.deliver(target)
  rig.clock.advance(-HOUR_MS)
  expect(await end()).toBe(1)
  await rig.deliver(target)
  expect(taken).toEqual(['ann'])
})

test('an app event that was stored while a clock was an hour ahead does not wait for that hour', async () => {
  const { target, taken } = await startRefusing('eve')
  rig.clock.advance(HOUR_MS)
  await rig.tell('eve', 'a')
  rig.clock.advance(-HOUR_MS)
  expect(await end()).toBe(1)
  await rig.deliver(target)
  expect(taken).toEqual(['eve'])
})

test('who died with a claim from an hour ahead blocks nobody for that hour', async () => {
  const { target, taken } = await startRefusing('bob')
  rig.clock.advance(HOUR_MS)
  await rig.tell('bob', 'a')
  await claimQueues(rig.database.db.query, target.name, rig.clock.now(), 1)
  rig.clock.advance(-HOUR_MS + 1_000)
  expect(await end()).toBe(1)
  await rig.deliver(target)
  expect(taken).toEqual(['bob'])
})

test('what waits because it was refused goes on waiting, however long', async () => {
  const { target, taken } = await startRefusing()
  await rig.tell('cid', 'a')
  await rig.deliver(target)
  await rig.database.db.pool.query(`update billhook.outbox_queues set due_at = due_at + interval '6 hours'`)
  rig.clock.advance(-10_000)
  expect(await end()).toBe(0)
  await rig.deliver(target)
  expect(taken).toEqual([])
  rig.clock.advance(10_000)
})

test('what is told after something of a clock that was ahead takes that along', async () => {
  const { target, taken } = await startRefusing('eve')
  rig.clock.advance(HOUR_MS)
  await rig.tell('eve', 'told an hour ahead')
  rig.clock.advance(-HOUR_MS)
  await rig.tell('eve', 'told now')
  await rig.deliver(target)
  expect(taken).toEqual(['eve', 'eve'])
})

test('what is told after something that was refused waits with it', async () => {
  const { target, taken } = await startRefusing()
  await rig.tell('fay', 'refused')
  await rig.deliver(target)
  await rig.tell('fay', 'told now')
  await rig.deliver(target)
  expect(taken).toEqual([])
})

test('a claim from an hour ahead keeps nobody out, one of a clock that differs a little does', async () => {
  const { target, taken } = await startRefusing('gus')
  await rig.tell('gus', 'a')
  const claimAhead = (aheadMs: number) =>
    claimQueues(rig.database.db.query, target.name, new Date(rig.clock.now().getTime() + aheadMs), 1)
  expect(await claimAhead(50_000)).toHaveLength(1)
  await rig.deliver(target)
  expect(taken).toEqual([])
  expect(await claimAhead(HOUR_MS)).toHaveLength(1)
  await rig.deliver(target)
  expect(taken).toEqual(['gus'])
})

/** Takes what it refused once. */
async function startRefusing(...known: string[]): Promise<{ target: Target; taken: string[] }> {
  const seen = new Set(known)
  const taken: string[] = []
  const target: Target = {
    ...{ name: 'handlers', types: null },
    async deliver({ owner_id }) {
      if (!seen.has(owner_id)) {
        seen.add(owner_id)
        throw new Error('not now')
      }
      taken.push(owner_id)
    },
  }
  await rig.name(target)
  return { target, taken }
}
