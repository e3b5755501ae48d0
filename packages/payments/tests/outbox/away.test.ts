import { afterEach, describe, expect, test, vi } from 'vitest'
import { appEventOf } from '../../src/domain/app-events.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { createOutboxLoop, type OutboxLoop } from '../../src/jobs/outbox-loop.ts'
import { DeliveryFailed } from '../../src/outbox/post.ts'
import { type Target, type TargetOptions, targetsOf } from '../../src/outbox/targets.ts'
import { transitionOf, useOutbox } from '../support/outbox-rig.ts'
import { useReceiver } from '../support/receiver.ts'

const rig = useOutbox()
const receiver = useReceiver()
const OWNERS = ['ann', 'bob', 'cid', 'dan', 'eve']
let loop: OutboxLoop | null = null
/** A pause of the whole target lasts until this is moved. */
let elapsedMs = 0
let looks = 0

afterEach(async () => {
  await loop?.stop()
  elapsedMs = 0
})

test('a target that takes most and is away for something of everybody is there: nobody waits for others', async () => {
  const told = OWNERS.flatMap((owner) => [`${owner} good`, `${owner} bad`])
  const heard = await startLoop(told, (name) => (name.endsWith('good') ? 'taken' : 'away'))
  await vi.waitFor(() => expect(heard).toHaveLength(OWNERS.length * 2))
})

test('a target that refuses an event of everybody is there: who comes after them is told at once', async () => {
  const told = [...OWNERS.map((owner) => `${owner} bad`), 'zoe good']
  const heard = await startLoop(told, (name) => (name.endsWith('good') ? 'taken' : 'refused'))
  await vi.waitFor(() => expect(heard.at(-1)).toBe('zoe good'))
})

describe('a target that is away for three owners, and answers nobody in between,', () => {
  test('is asked seldom, not once for everybody', async () => {
    const heard = await startLoop(OWNERS, () => 'away')
    await vi.waitFor(() => expect(heard).toHaveLength(3))
    await untilLookedOften()
    expect(heard).toHaveLength(3)
    elapsedMs = 2_000
    await vi.waitFor(() => expect(heard).toHaveLength(4))
    await untilLookedOften()
    expect(heard).toHaveLength(4)
    elapsedMs += 4_000
    await vi.waitFor(() => expect(heard).toHaveLength(5))
  })

  test('is asked soon again, however many were under way when it went', async () => {
    const heard = await startLoop(OWNERS, () => 'away', { lanes: 5 })
    await vi.waitFor(() => expect(heard).toHaveLength(5))
    rig.clock.advance(60_000)
    await untilLookedOften()
    expect(heard).toHaveLength(5)
    elapsedMs = 2_000
    await vi.waitFor(() => expect(heard).toHaveLength(6))
  })

  test('is there for everybody as soon as it answers, be it that it refuses', async () => {
    const heard = await startLoop(OWNERS, (name) => (/dan|eve/.test(name) ? 'refused' : 'away'))
    await vi.waitFor(() => expect(heard).toHaveLength(3))
    elapsedMs = 2_000
    await vi.waitFor(() => expect(heard).toHaveLength(5))
  })

  test('is asked for who never failed, and of those who did for the last one to come due: the others may be why', async () => {
    const heard = await startLoop(OWNERS.slice(0, 3), (name) => (name === 'zoe' ? 'taken' : 'away'))
    await vi.waitFor(() => expect(heard).toHaveLength(3))
    rig.clock.advance(60_000)
    await rig.database.db.pool.query(
      `update billhook.outbox_queues set due_at = due_at + interval '1 second' where owner_id = 'bob'`,
    )
    elapsedMs = 2_000
    await vi.waitFor(() => expect(heard.slice(3)).toEqual(['bob']))
    await rig.tell('dan', 'dan')
    rig.clock.advance(1_000)
    await rig.tell('zoe', 'zoe')
    elapsedMs += 4_000
    await vi.waitFor(() => expect(heard.slice(4, 5)).toEqual(['zoe']))
  })
})

describe('an endpoint', () => {
  test.each([429, 502, 503, 504, 522])('that answers %i is away', async (status) => {
    receiver.answer = () => status
    expect(await failureAt(receiver.url)).toMatchObject({ isAway: true })
  })

  test.each([400, 401, 404, 410, 422, 500, 501])('that answers %i is there', async (status) => {
    receiver.answer = () => status
    expect(await failureAt(receiver.url)).toMatchObject({ isAway: false })
  })

  test.each([
    ['nobody listens at', 'http://127.0.0.1:1/events'],
    ['has a private address', 'https://10.0.0.1/events'],
  ])('that %s is away', async (_how, url) => {
    expect(await failureAt(url)).toMatchObject({ isAway: true })
  })
})

test('handlers are there when one rejects, and when this process has none; one that never ends is away', async () => {
  const reject = async () => Promise.reject(new Error('no'))
  expect(await failureOf({ handlers: { 'subscription.canceled': reject } })).not.toHaveProperty('isAway')
  expect(await failureOf({ handlers: {} })).toMatchObject({ isAway: false })
  const never = () => new Promise(() => undefined)
  const atOnce: Clock = { ...rig.clock, wait: async () => undefined }
  expect(await failureOf({ handlers: { 'subscription.canceled': never } }, atOnce)).toMatchObject({
    isAway: true,
  })
})

async function failureAt(url: string): Promise<unknown> {
  const secrets = [`whsec_${Buffer.alloc(24, 'x').toString('base64')}`]
  return await failureOf({ endpoints: [{ url, secrets }], networks: ['127.0.0.1'] })
}

async function failureOf(options: TargetOptions, clock: Clock = rig.clock): Promise<unknown> {
  const [target] = targetsOf(options, clock)
  const { type, payload } = transitionOf('a')
  const event = appEventOf(
    { outboxId: 1, ownerId: 'ann', type, payload, occurredAt: rig.clock.now() },
    rig.context().installationId,
  )
  return await target?.deliver(event).catch((error: unknown) => error)
}

async function untilLookedOften(): Promise<void> {
  const sofar = looks
  await vi.waitFor(() => expect(looks).toBeGreaterThan(sofar + 5))
}

/** What is told begins with its owner. Answers what was handed over, taken or not. */
async function startLoop(
  told: readonly string[],
  answer: (name: string) => 'taken' | 'refused' | 'away',
  { lanes = 1 }: { lanes?: number } = {},
): Promise<string[]> {
  const heard: string[] = []
  const target: Target = {
    ...{ name: 'handlers', types: null },
    async deliver(event) {
      if (event.type !== 'subscription.canceled') throw new Error(event.type)
      const name = event.data.price_id
      heard.push(name)
      if (answer(name) === 'refused') throw new DeliveryFailed('answered 422')
      if (answer(name) === 'away') throw new DeliveryFailed('no answer', { isAway: true })
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
  loop = createOutboxLoop({ ...rig.context(), clock }, [target], { lanes, pollMs: 5 })
  loop.start()
  return heard
}
