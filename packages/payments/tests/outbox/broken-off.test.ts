import { afterEach, expect, test, vi } from 'vitest'
import { createOutboxLoop, type OutboxLoop } from '../../src/jobs/outbox-loop.ts'
import type { Target } from '../../src/outbox/targets.ts'
import { useOutbox } from '../support/outbox-rig.ts'

const rig = useOutbox()
let loop: OutboxLoop | null = null
afterEach(() => loop?.stop())

test('a queue that broke off is taken again after some seconds, and not only when its claim has ended', async () => {
  const taken: string[] = []
  const target: Target = {
    ...{ name: 'handlers', types: null },
    deliver: async ({ owner_id }) => void taken.push(owner_id),
  }
  await rig.name(target)
  await rig.tell('ann', 'a')
  const { pool } = rig.database.db
  await pool.query(
    `alter table billhook.outbox_deliveries add constraint broken check (status <> 'delivered') not valid`,
  )
  loop = createOutboxLoop(rig.context(), [target], { pollMs: 5 })
  loop.start()
  await vi.waitFor(async () => expect(await claimed()).toEqual([{ is_claimed: false }]))
  expect(taken).toEqual(['ann'])
  await pool.query('alter table billhook.outbox_deliveries drop constraint broken')
  rig.clock.advance(5_000)
  await vi.waitFor(async () => expect(await rig.deliveries()).toEqual(['a delivered 0']))
  expect(taken).toEqual(['ann', 'ann'])
})

/** Once it was taken. */
async function claimed(): Promise<unknown[]> {
  const { rows } = await rig.database.db.pool.query(
    'select claimed_until is not null as is_claimed from billhook.outbox_queues where token > 0',
  )
  return rows
}
