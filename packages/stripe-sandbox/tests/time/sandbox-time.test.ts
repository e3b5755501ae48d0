import { expect, test } from 'vitest'
import { createSandbox } from '../../src/index.ts'
import { iso, startLife } from '../support/lives.ts'
import { movableClock } from '../support/movable-clock.ts'
import { clientOf, start } from '../support/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('the sandbox can be put forward, and what was due is done at its own moments', async () => {
  const life = await startLife()
  await life.sandbox.advance({ days: 62 })
  expect((await life.invoices()).map(({ created }) => iso(created))).toEqual([
    '2027-03-31T12:00:00',
    '2027-02-28T12:00:00',
    '2027-01-31T12:00:00',
  ])
  expect(iso(life.sandbox.now())).toBe('2027-04-03T12:00:00')
})

test('its answers are dated by it', async () => {
  const { sandbox } = await startLife()
  await sandbox.advance({ days: 62 })
  const answer = await fetch(`${sandbox.url}/v1/customers`)
  expect(Date.parse(answer.headers.get('date') ?? '') / 1000).toBe(sandbox.now())
})

test('a clock that jumps leaves what waiting would have left', async () => {
  const [jumping, waiting] = [await startLife(), await startLife()]
  jumping.clock.advance(100 * 86_400)
  for (let days = 0; days < 100; days++) {
    waiting.clock.advance(86_400)
    await waiting.now()
  }
  const facts = async ({ invoices }: typeof jumping) =>
    (await invoices()).map(({ created, status, period_end, amount_paid }) => [
      created,
      status,
      period_end,
      amount_paid,
    ])
  expect(await facts(jumping)).toEqual(await facts(waiting))
  expect(await facts(jumping)).toHaveLength(4)
})

test('its time survives a restart', async () => {
  const dataDir = await temporaryFolder()
  const clock = movableClock(Date.UTC(2027, 0, 1) / 1000)
  const before = await createSandbox({ dataDir, clock })
  await before.advance({ days: 10 })
  await before.close()
  const { sandbox } = await start({ dataDir, clock })
  expect(iso(sandbox.now())).toBe('2027-01-11T00:00:00')
})

test('an advance that a restart cut short goes on by itself', async () => {
  const dataDir = await temporaryFolder()
  const first = await createSandbox({ dataDir, seed: 'demo' })
  const stripe = clientOf(first)
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_800_000_000 })
  // Written and not begun, as a process leaves it that dies right after its answer.
  first.context.store.transaction(() =>
    first.context.store.put('test_helpers.test_clock', {
      ...clock,
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: 1_800_086_400 } },
    }),
  )
  await first.close()
  const { stripe: again } = await start({ dataDir })
  await expect
    .poll(() => again.testHelpers.testClocks.retrieve(clock.id))
    .toMatchObject({ status: 'ready', frozen_time: 1_800_086_400 })
})

test('the same seed and the same calls give the same bytes', async () => {
  const run = async () => {
    const life = await startLife({}, { idSeed: 'larkspur' })
    await life.changeCard('pm_card_chargeCustomerFail')
    await life.sandbox.advance({ days: 45 })
    const tables = ['customer', 'subscription', 'invoice', 'charge', 'event'] as const
    const { store } = life.sandbox.context
    const withoutRequests = (key: string, value: unknown) => (key === 'request' ? undefined : value)
    const text = tables.map((table) => JSON.stringify([...store.all(table)], withoutRequests)).join('\n')
    return text.replaceAll(life.sandbox.url, 'http://sandbox')
  }
  expect(await run()).toBe(await run())
})
