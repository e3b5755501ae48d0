import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import { readCursor } from '../../src/db/queries/cursors.ts'
import { sweep } from '../../src/reconcile/sweep.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { GRACE_MS } from '../support/reconcile-rig.ts'
import { addOwner, addPrice, buy, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal

afterEach(async () => {
  rig.network.weather = () => 'fine'
  rig.context.metrics.sweepFinishedAt.set(0)
  await rig.database.db.pool.query('truncate billhook.suspects, billhook.cursors')
})

/** A sweep with a key that may not do these calls. Returns what it warned of. */
async function sweepWithout(...forbidden: string[]): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  rig.network.weather = (call) => (forbidden.includes(call) ? 'forbidden' : 'fine')
  await sweep({ ...rig.context, log }, { everyMs: 0, graceMs: GRACE_MS }, NEVER)
  return lines
}

async function finishedAt(): Promise<number | undefined> {
  const { values } = await rig.context.metrics.sweepFinishedAt.get()
  return values[0]?.value
}

test('a part that the key may not read is named with the right, and the parts after it are compared', async () => {
  const price = await addPrice(rig)
  const session = await buy(rig, await addOwner(rig, 'ann'), price)
  await syncCatalogue(rig.context)
  await rig.stripe.prices.update(price.id, { active: false })
  await rig.stripe.invoices.create({ customer: String(session.customer) })
  const warnings = await sweepWithout('GET /v1/subscriptions', 'GET /v1/disputes')
  expect(warnings).toMatchObject([
    { part: 'subscriptions', right: 'rak_subscription_read' },
    { part: 'disputes', right: 'rak_dispute_read' },
  ])
  const { rows } = await rig.database.db.pool.query('select resource from billhook.suspects order by 1')
  expect(rows).toEqual([{ resource: 'invoice' }, { resource: 'price' }])
})

test('a sweep that left something out ends, and is no whole one', async () => {
  await sweepWithout('GET /v1/disputes')
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({
    finishedAt: expect.any(String),
    leftOut: ['disputes'],
  })
  // Also when it is looked at again, by whoever has the job then.
  await sweep(rig.context, { everyMs: 3_600_000, graceMs: GRACE_MS }, NEVER)
  expect(await finishedAt()).toBe(0)
})

test('a catalogue that the key may not read holds up no sweep', async () => {
  expect(await sweepWithout('GET /v1/prices')).toMatchObject([{ right: 'rak_price_read' }])
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({ leftOut: ['catalogue'] })
})

test('with the right, the next sweep is whole again', async () => {
  await sweepWithout('GET /v1/disputes')
  expect(await sweepWithout()).toEqual([])
  expect(await finishedAt()).toBe(clock.now().getTime() / 1000)
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({ leftOut: [] })
})
