import { beforeEach, expect, test, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { lockAccess } from '../../src/db/queries/access.ts'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { useDatabase } from '../support/database.ts'
import { storeDrift, storeDuplicate, storeEvent } from '../support/logged-events.ts'
import { transitionOf } from '../support/outbox-rig.ts'
import { BILLHOOK } from '../support/serve-process.ts'

const database = useDatabase()
killProcessesAfterEach()
vi.setConfig({ testTimeout: 60_000 })

beforeEach(async () => {
  await database.db.pool.query('truncate billhook.events, billhook.drift, billhook.duplicate_subscriptions')
})

async function billhook(...args: string[]) {
  const command = runNode(BILLHOOK, args, { env: { DATABASE_URL: database.url } })
  const { code } = await command.exited
  return { code, output: command.output() }
}

async function statusOf(id: string) {
  const row = await database.db.query
    .selectFrom('events')
    .select(['status', 'attempts', 'note'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return [row.status, row.attempts, row.note]
}

test('dead letters are seen, shown, retried and ignored with nothing but the database', async () => {
  await storeEvent(database.db, { id: 'evt_1', last_error: 'Error: it\nbroke' })
  await storeEvent(database.db, { id: 'evt_2' })
  await storeEvent(database.db, { id: 'evt_3', status: 'processed' })
  const { output } = await billhook('events', 'list', '--status', 'dead')
  expect(output).toMatch(/^EVENT +TYPE +STATUS/)
  expect(output).toMatch(/^evt_1 +invoice.paid +dead +cus_1 +2026-11-25T10:00:00Z .* 12 +Error: it broke$/m)
  expect(output).not.toContain('evt_3')

  const json = await billhook('events', 'list', '--json', '--limit', '1')
  expect(JSON.parse(json.output)).toMatchObject([{ id: 'evt_3', status: 'processed' }])
  const shown = await billhook('events', 'show', 'evt_1')
  expect(JSON.parse(shown.output)).toMatchObject({ id: 'evt_1', payload: { object: 'event' } })

  await billhook('events', 'ignore', 'evt_2', '--note', 'a test of the dashboard')
  expect(await statusOf('evt_2')).toEqual(['ignored', 12, 'a test of the dashboard'])
  expect((await billhook('events', 'retry', '--dead')).output).toContain('1 event(s) wait again.')
  expect(await statusOf('evt_1')).toEqual(['pending', 0, null])
})

test('what cannot be done is said', async () => {
  await storeEvent(database.db, { id: 'evt_3', status: 'processed' })
  const processed = await billhook('events', 'ignore', 'evt_3')
  expect(processed).toMatchObject({ code: 1, output: expect.stringContaining('was processed already') })
  const none = await billhook('events', 'retry', 'evt_none')
  expect(none).toMatchObject({ code: 1, output: expect.stringContaining('There is no event evt_none') })
  expect(await main(['events', 'list', '--status', 'lost'])).toBe(2)
})

test('drift is listed for a person and for a program', async () => {
  await storeDrift(database.db, 'ann')
  await storeDrift(database.db, 'bob', 'invoice')
  const { output } = await billhook('drift', 'list', '--owner', 'ann', '--since', '2026-11-01T00:00:00Z')
  expect(output).toContain('status: "active" → "canceled"')
  expect(output).toContain('customer.subscription.deleted evt_missed')
  expect(output).not.toContain('invoice_1')
  const json = await billhook('drift', 'list', '--resource', 'invoice', '--json')
  expect(JSON.parse(json.output)).toMatchObject([{ resource: 'invoice', owner_id: 'bob' }])
})

test('duplicate subscriptions are listed, and shown by id and by owner', async () => {
  const id = await storeDuplicate(database.db, { owner_id: 'ann' })
  await storeDuplicate(database.db, { owner_id: 'bob', status: 'settled', note: null })
  const { output } = await billhook('duplicates', 'list', '--status', 'left')
  expect(output).toMatch(/^ID +FOUND +OWNER +STATUS +SUBSCRIPTIONS/)
  expect(output).toMatch(/ ann +left +sub_older sub_newer +the policy is alert$/m)
  expect(output).not.toContain('bob')
  const json = await billhook('duplicates', 'list', '--owner', 'bob', '--json')
  expect(JSON.parse(json.output)).toMatchObject([{ owner_id: 'bob', status: 'settled' }])
  for (const name of [id, 'ann']) {
    const shown = await billhook('duplicates', 'show', name)
    expect(JSON.parse(shown.output)).toMatchObject([
      { id, owner_id: 'ann', subscriptions: [{ id: 'sub_older', status: null }, { id: 'sub_newer' }] },
    ])
  }
  expect(await billhook('duplicates', 'show', 'zoe')).toMatchObject({
    code: 1,
    output: expect.stringContaining('Nothing was found of zoe.'),
  })
})

test('what the app was told is listed, shown, retried and replayed with nothing but the database', async () => {
  const { db } = database
  await claimTargets(
    db.query,
    [{ name: 'handlers', types: ['subscription.canceled', 'access.changed'] }],
    new Date(),
    new Date(0),
  )
  expect((await billhook('outbox', 'targets')).output).toMatch(
    /^TARGET .*\nhandlers +\S+Z +access\.changed subscription\.canceled\n/,
  )
  await inTransaction(db, async (tx) => {
    await lockAccess(tx, 'ann')
    await insertTransitions(tx, 'ann', [transitionOf('a')], new Date('2026-11-25T10:00:00Z'))
  })
  await db.pool.query(
    `update billhook.outbox_deliveries set status = 'dead', attempts = 23, last_error = 'no'`,
  )
  const { output } = await billhook('outbox', 'list', '--status', 'dead')
  expect(output).toMatch(/^EVENT +TYPE +OWNER/)
  const id = /^(msg_\w+) +subscription.canceled +ann +2026-11-25T10:00:00Z +handlers +dead +23 +no$/m.exec(
    output,
  )?.[1]
  const shown = await billhook('outbox', 'show', id ?? '')
  expect(JSON.parse(shown.output)).toMatchObject({ event: { id, data: { price_id: 'a' } } })
  expect((await billhook('outbox', 'retry', '--dead')).output).toBe('1 delivery(s) wait again.\n')
  expect((await billhook('outbox', 'replay', '--since', '2026-11-26T00:00:00Z')).output).toBe(
    '0 delivery(s) wait.\n',
  )
  expect((await billhook('outbox', 'replay', id ?? '')).output).toBe('1 delivery(s) wait.\n')
  expect(await billhook('outbox', 'retry', 'msg_000000000000_1')).toMatchObject({ code: 1 })
})
