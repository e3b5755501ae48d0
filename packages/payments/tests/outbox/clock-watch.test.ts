import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/domain/clock.ts'
import { createClockWatch } from '../../src/jobs/clock-watch.ts'
import type { Repeat } from '../../src/jobs/repeat.ts'
import type { Target } from '../../src/outbox/targets.ts'
import { useOutbox } from '../support/outbox-rig.ts'

const HOUR_MS = 60 * 60_000
const rig = useOutbox()
const taken: string[] = []
const target: Target = {
  ...{ name: 'handlers', types: null },
  deliver: async ({ owner_id }) => void taken.push(owner_id),
}
let watch: Repeat
/** Ends the wait until the next look; null while one is under way. */
let lookNow: (() => void) | null = null

beforeEach(async () => {
  taken.length = 0
  await rig.name(target)
  // What has passed stands still: only the time of day moves.
  const clock: Clock = {
    ...{ now: rig.clock.now, elapsedMs: () => 0 },
    wait: (_milliseconds, signal) =>
      new Promise((resolve) => {
        lookNow = resolve
        signal?.addEventListener('abort', () => resolve())
      }),
  }
  watch = createClockWatch({ ...rig.context(), clock })
})
afterEach(() => watch.stop())

test('at a start, what somebody told by a clock that was ahead goes on: he may be gone', async () => {
  await tellAnHourAhead('ann')
  watch.start()
  await untilLooked()
  await rig.deliver(target)
  expect(taken).toEqual(['ann'])
})

test('what was told while our own clock was ahead goes on when that is set back', async () => {
  rig.clock.advance(HOUR_MS)
  watch.start()
  await untilLooked()
  await rig.tell('bob', 'b')
  rig.clock.advance(-HOUR_MS)
  await lookAgain()
  await rig.deliver(target)
  expect(taken).toEqual(['bob'])
})

test('while our clock does not jump nothing is asked', async () => {
  watch.start()
  await untilLooked()
  await tellAnHourAhead('cid')
  rig.clock.advance(-20_000)
  await lookAgain()
  await rig.deliver(target)
  expect(taken).toEqual([])
  rig.clock.advance(20_000)
})

async function tellAnHourAhead(owner: string): Promise<void> {
  rig.clock.advance(HOUR_MS)
  await rig.tell(owner, owner)
  rig.clock.advance(-HOUR_MS)
}

async function untilLooked(): Promise<void> {
  await vi.waitFor(() => expect(lookNow).not.toBeNull())
}

async function lookAgain(): Promise<void> {
  const look = lookNow
  lookNow = null
  look?.()
  await untilLooked()
}
