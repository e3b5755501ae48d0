import { beforeEach, expect, test } from 'vitest'
import { runBackfill } from '../../src/cli/backfill/run-backfill.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { beginFeed } from '../../src/reconcile/event-feed.ts'
import { settleSuspects } from '../../src/reconcile/settle-suspects.ts'
import { type BackfillOptions, backfill } from '../../src/sync/backfill/backfill.ts'
import { standingClock } from '../support/clock.ts'
import { differing, feed, GRACE_MS, letPass, stripeNow } from '../support/reconcile-rig.ts'
import { addOwner, addPrice, buy, drain, forgetMirror, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal
const HOUR = 60 * 60
const DAY = 24 * HOUR
let run = 0
let owner = ''
let customer = ''

beforeEach(async () => {
  await forgetMirror(rig)
  await rig.database.db.pool.query(
    `truncate billhook.customers, billhook.suspects, billhook.drift, billhook.cursors, billhook.backfill_stretches,
      billhook.outbox_targets, billhook.outbox_deliveries, billhook.outbox_queues`,
  )
  await letPass(rig, clock, 60)
  owner = `ann${++run}`
  customer = await addOwner(rig, owner)
})

test('what happens between a backfill and the first start, however late that comes, is mirrored and told', async () => {
  await buy(rig, customer, await addPrice(rig, false))
  await letPass(rig, clock, HOUR)
  await fill()
  await letPass(rig, clock, 10 * 60)
  const session = await buy(rig, customer, await addPrice(rig, false))
  await letPass(rig, clock, 3 * HOUR)
  await start()
  expect(await toBeDelivered()).toEqual(['access.changed', `purchase.completed:${session.id}`])
  expect(await wrong()).toEqual([])
})

test('what happens while a backfill stands still is told at the first start, and to nobody before', async () => {
  await buy(rig, customer, await addPrice(rig))
  await letPass(rig, clock, HOUR)
  await fill({ lanes: 1, goesOn: async () => false })
  await letPass(rig, clock, 3 * DAY)
  const session = await buy(rig, customer, await addPrice(rig, false))
  await letPass(rig, clock, 3 * DAY)
  const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
  await runBackfill(rig.context, { rules }, NEVER)
  expect(await toBeDelivered()).toEqual([])
  await start()
  expect(await toBeDelivered()).toEqual(['access.changed', `purchase.completed:${session.id}`])
  expect(await wrong()).toEqual([])
})

async function fill(options: Partial<BackfillOptions> = {}): Promise<void> {
  const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
  await backfill(rig.context, { rules, ...options })
}

/** As a service does that has an endpoint of the app, and what its jobs do then. */
async function start(): Promise<void> {
  const target = { name: 'https://app.example/', types: null }
  await claimTargets(rig.database.db.query, [target], clock.now(), new Date(0))
  await beginFeed(rig.context)
  clock.set(new Date(stripeNow(rig).getTime() + GRACE_MS))
  await feed(rig)
  await drain(rig)
  await settleSuspects(rig.context, NEVER)
}

/** What waits for the app, by its key; a change of access without the owner. */
async function toBeDelivered(): Promise<string[]> {
  const { rows } = await rig.database.db.pool.query<{ dedupe_key: string }>(
    `select o.dedupe_key from billhook.outbox_deliveries d join billhook.outbox o on o.id = d.outbox_id order by 1`,
  )
  return rows.map(({ dedupe_key: key }) => (key.startsWith('access.changed') ? 'access.changed' : key))
}

async function wrong(): Promise<string[]> {
  return (await differing(rig, owner, customer)).filter((name) => name !== `customer ${customer}`)
}
