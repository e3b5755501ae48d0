import { afterEach, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/domain/clock.ts'
import { createOutboxLoop, type OutboxLoop } from '../../src/jobs/outbox-loop.ts'
import type { Target } from '../../src/outbox/targets.ts'
import { useOutbox } from '../support/outbox-rig.ts'

const rig = useOutbox()
const OWNERS = ['ann', 'bob', 'cid', 'dan', 'eve']
let loop: OutboxLoop | null = null
/** A pause of the whole target lasts until this is moved. */
let elapsedMs = 0
let looks = 0

afterEach(async () => {
  await loop?.stop()
  elapsedMs = 0
})

test('a target that takes most and refuses something of everybody is there: nobody waits for others', async () => {
  const told = OWNERS.flatMap((owner) => [`${owner} good`, `${owner} bad`])
  const heard = await startLoop(told, (name) => name.endsWith('good'))
  await vi.waitFor(() => expect(heard).toHaveLength(OWNERS.length * 2))
})

test('a target that refuses three owners, and takes nothing in between, is away: it is asked seldom, not once for everybody', async () => {
  const heard = await startLoop(OWNERS, () => false)
  await vi.waitFor(() => expect(heard).toHaveLength(3))
  const sofar = looks
  await vi.waitFor(() => expect(looks).toBeGreaterThan(sofar + 5))
  expect(heard).toHaveLength(3)
  elapsedMs = 8_000
  await vi.waitFor(() => expect(heard).toHaveLength(4))
})

/** One lane. What is told begins with its owner. Answers what was handed over, taken or not. */
async function startLoop(told: readonly string[], isTaken: (name: string) => boolean): Promise<string[]> {
  const heard: string[] = []
  const target: Target = {
    ...{ name: 'handlers', types: null },
    async deliver(event) {
      if (event.type !== 'subscription.canceled') throw new Error(event.type)
      heard.push(event.data.price_id)
      if (!isTaken(event.data.price_id)) throw new Error('not now')
    },
  }
  await rig.name(target)
  for (const name of told) await rig.tell(name.slice(0, 3), name)
  looks = 0
  const clock: Clock = {
    ...rig.clock,
    elapsedMs: () => elapsedMs,
    wait: (milliseconds, signal) => {
      looks++
      return rig.clock.wait(milliseconds, signal)
    },
  }
  loop = createOutboxLoop({ ...rig.context(), clock }, [target], { lanes: 1, pollMs: 5 })
  loop.start()
  return heard
}
