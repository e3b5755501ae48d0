import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { converge } from './figures.ts'
import { addCustomers, changeUntil } from './load.ts'
import { Site } from './site.ts'

const CUSTOMERS = 5
let home = ''
let site: Site

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'billhook-proof-'))
  site = await Site.open(home, 2)
})

afterAll(async () => {
  await site.close()
  await rm(home, { recursive: true, force: true })
})

/** `npm run prove` does the same for half a minute, and more. */
test('services that are killed and a database that restarts under load: what was answered is there, the app is told of it once, and all converges', async () => {
  const load = await addCustomers(site, CUSTOMERS)
  const trouble = async () => {
    await untilWorkedOff(10)
    await site.kill(0)
    await site.stopDatabase()
    await site.startDatabase()
    await site.kill(1)
    // A lease of the dead runs for a minute, and so does its claim of a queue; nobody waits for that in a test.
    await site.db.pool.query('update billhook.leases set expires_at = now()')
    await site.db.pool.query('update billhook.outbox_queues set claimed_until = null')
  }
  const happening = trouble()
  await changeUntil(site, load, happening)
  await happening

  // Also what nobody listens to: refused for some time, it is sent again after as long.
  const untaken = () => [...site.sandbox.context.store.all('delivery')].filter(isUntaken).length
  await expect.poll(untaken, { timeout: 60_000 }).toBe(0)
  const { sent, answered, told, lost, doubled, differing, examples } = await converge(site, load.customers)
  expect({ answered, lost, doubled, differing, examples }).toEqual({
    answered: sent,
    lost: 0,
    doubled: 0,
    differing: 0,
    examples: [],
  })
  expect(told).toBeGreaterThan(CUSTOMERS)
  expect(site.unasked).toEqual([])
}, 180_000)

function isUntaken({ deliveredAt }: { deliveredAt: number | null }): boolean {
  return deliveredAt === null
}

/** The load goes on, and the drain is at work. */
async function untilWorkedOff(count: number): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await site.db.pool.query<{ done: number }>(
        `select count(*) as done from billhook.events where status = 'processed'`,
      )
      return rows[0]?.done ?? 0
    })
    .toBeGreaterThan(count)
}
