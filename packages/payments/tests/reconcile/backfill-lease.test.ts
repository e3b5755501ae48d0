import { expect, test } from 'vitest'
import { runBackfill } from '../../src/cli/backfill/run-backfill.ts'
import { isBackfillAtWork } from '../../src/reconcile/job-lease.ts'
import { ReplicaClock, VirtualTime } from '../simulation/virtual-time.ts'
import type { Weather } from '../support/stripe-proxy.ts'
import { useSync } from '../support/sync-rig.ts'

const time = new VirtualTime(Date.now())
const rig = useSync({ clock: new ReplicaClock(time) })

test('while Stripe lets it wait a backfill is at work all the same, and nobody begins another or sweeps', async () => {
  const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
  const seen: boolean[] = []
  rig.network.weather = async (call): Promise<Weather> => {
    if (call !== 'GET /v1/products') return 'fine'
    // Those that keep the backfill's lease and the catalogue's.
    const keepers = time.waiting
    for (let second = 0; second < 40; second++) {
      time.moveTo(time.nowMs + 1_000)
      await untilAllWait(keepers)
      seen.push(await isBackfillAtWork(rig.context))
    }
    return 'fine'
  }
  await runBackfill(rig.context, { rules }, new AbortController().signal)
  expect(seen.length).toBeGreaterThanOrEqual(40)
  expect(seen).not.toContain(false)
  expect(await isBackfillAtWork(rig.context)).toBe(false)
})

/** What the time has woken keeps its lease, and then waits for the next time: however long the database takes for it. */
async function untilAllWait(count: number): Promise<void> {
  for (let question = 0; question < 1_000 && time.waiting < count; question++) {
    await rig.database.db.pool.query('select 1')
  }
}
