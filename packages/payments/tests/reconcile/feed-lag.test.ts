import { expect, test } from 'vitest'
import { createInboxFigures } from '../../src/jobs/inbox-figures.ts'
import { createReconciliation } from '../../src/jobs/reconcile.ts'
import { beginFeed } from '../../src/reconcile/event-feed.ts'
import { ReplicaClock, VirtualTime } from '../simulation/virtual-time.ts'
import { feedContext } from '../support/reconcile-rig.ts'
import { useSync } from '../support/sync-rig.ts'

const MINUTES = 60_000
const time = new VirtualTime(Date.now())
const rig = useSync({ clock: new ReplicaClock(time) })

async function gauge(name: string): Promise<number> {
  const metric = rig.context.metrics.registry.getSingleMetric(name)
  return (await metric?.get())?.values[0]?.value ?? Number.NaN
}

test('a list of events that cannot be read is seen in the metrics, also by a process that never read it', async () => {
  await beginFeed(rig.context)
  time.moveTo(time.nowMs + 20 * MINUTES)
  rig.network.weather = (call) => (call === 'GET /v1/events' ? 'forbidden' : 'fine')
  const context = Object.assign(feedContext(rig), { frontendUrl: 'https://shop.example' })
  const settings = { feed: 'beside' as const, feedEveryMs: 60_000, sweepEveryMs: null }
  const jobs = createReconciliation(context, settings, () => undefined)
  for (const job of jobs) job.start()
  try {
    await expect.poll(() => gauge('billhook_feed_lag_seconds')).toBeGreaterThan(900)
  } finally {
    await Promise.all(jobs.map((job) => job.stop()))
  }
})

test('while nobody can say what waits in the inbox, it counts as waiting since it was last looked at', async () => {
  const { pool } = rig.database.db
  const figures = createInboxFigures(rig.context)
  figures.start()
  try {
    await expect.poll(() => gauge('billhook_inbox_pending')).toBe(0)
    await pool.query('alter table billhook.events rename to events_away')
    time.moveTo(time.nowMs + 20 * MINUTES)
    await expect.poll(() => gauge('billhook_inbox_oldest_seconds')).toBeGreaterThan(900)
  } finally {
    await pool.query('alter table if exists billhook.events_away rename to events')
    await figures.stop()
  }
})
