import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { addSuspects, countSuspects } from '../../src/db/queries/suspects.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import type { SyncContext } from '../../src/sync/context.ts'
import { MOST_ATTEMPTS } from '../../src/webhooks/backoff.ts'
import { drainGroup } from '../../src/webhooks/drain.ts'
import { standingClock } from '../support/clock.ts'
import { addOwner, addPrice, buy, deliver, drain, eventsOf, mirrorOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal
let context: SyncContext
let unlock: () => Promise<void>

beforeEach(() => {
  const db = connect({ databaseUrl: rig.database.url, statementTimeoutMs: 100, connectTimeoutMs: 15_000 })
  onTestFinished(() => db.close())
  context = { ...rig.context, db }
})
afterEach(() => unlock())

/** Somebody alters the table, or rewrites all of it. */
async function lockSubscriptions(): Promise<void> {
  const client = await rig.database.db.pool.connect()
  await client.query('begin; lock table billhook.subscriptions')
  unlock = async () => {
    unlock = async () => undefined
    await client.query('rollback')
    client.release()
  }
}

test('while a table of the mirror is locked no event dies of it, however long that lasts', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, await addPrice(rig))
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await lockSubscriptions()
  for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt++) {
    const drained = drainGroup({ ...context, random: () => 0.5 }, customer)
    await expect(drained).rejects.toMatchObject({ code: '57014' })
  }
  const rows = await rig.database.db.query
    .selectFrom('events')
    .select(['status', 'attempts'])
    .distinct()
    .where('group_key', '=', customer)
    .execute()
  expect(rows).toEqual([{ status: 'pending', attempts: 0 }])
  await unlock()
  await drain(rig)
  expect(await mirrorOf(rig, 'ann')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})

test('and what is suspected stays suspected', async () => {
  const customer = await addOwner(rig, 'bob')
  const id = String((await buy(rig, customer, await addPrice(rig))).subscription)
  const suspect = { resource: 'subscription' as const, id, stripeCustomerId: customer }
  await addSuspects(rig.database.db.query, [suspect], clock.now())
  await lockSubscriptions()
  await expect(settleSuspects(context, NEVER)).rejects.toMatchObject({ code: '57014' })
  expect(await countSuspects(rig.database.db.query)).toBe(1)
  await unlock()
  expect(await settleSuspects(rig.context, NEVER)).toBe(1)
  expect(await mirrorOf(rig, 'bob')).toMatchObject({ subscriptions: [{ status: 'active' }] })
})
