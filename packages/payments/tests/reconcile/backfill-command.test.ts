import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readOwnersFile } from '../../src/cli/backfill/owners-file.ts'
import { progressText } from '../../src/cli/backfill/progress-line.ts'
import { runBackfill } from '../../src/cli/backfill/run-backfill.ts'
import { summaryOf } from '../../src/cli/backfill/summary.ts'
import { replayAppEvents } from '../../src/db/queries/outbox-log.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { type ListingStripe, startListingStripe } from '../support/listing-stripe.ts'
import { BILLHOOK, serviceEnv } from '../support/serve-process.ts'
import { addPrice, buy, useSync } from '../support/sync-rig.ts'

const rig = useSync()
killProcessesAfterEach()
vi.setConfig({ testTimeout: 60_000 })
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'billhook-backfill-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('killed in the middle', () => {
  let listing: ListingStripe
  beforeAll(async () => {
    listing = await startListingStripe(
      Array.from({ length: 3_000 }, (_, index) => 1_700_000_000 + index * 9_000),
    )
  })
  afterAll(() => listing.close())

  test('billhook sync --all goes on where it was, and says what it did', async () => {
    const env = serviceEnv(rig.database.url, { STRIPE_API_BASE: listing.url })
    // It cannot come to the end before it is killed.
    const killed = Promise.withResolvers<void>()
    listing.before = async (page) => {
      if (page > 15) await killed.promise
    }
    const first = runNode(BILLHOOK, ['sync', '--all'], { env })
    const linked = async () =>
      (await rig.database.db.query.selectFrom('customers').select('id').execute()).length
    await expect.poll(linked, { timeout: 30_000, interval: 5 }).toBeGreaterThan(200)
    first.child.kill('SIGKILL')
    await first.exited
    killed.resolve()
    const before = await linked()
    expect(before).toBeLessThan(3_000)
    // As if the ten seconds of a dead process's lease were over.
    await rig.database.db.pool.query('delete from billhook.leases')
    listing.lists.length = 0
    const second = runNode(BILLHOOK, ['sync', '--all'], { env })
    expect(await second.exited, second.output()).toMatchObject({ code: 0 })
    expect(second.output()).toContain('Goes on where the last run ended.')
    expect(second.output()).toContain('Customers           3000 at Stripe, 3000 newly linked')
    expect(await linked()).toBe(3_000)
  })
})

test('duplicates that nobody was there to be told of are named, with the command that tells them later', async () => {
  // As if no backfill had come before: what is bought after the beginning of the first one is left to the service.
  await rig.database.db.pool.query('truncate billhook.cursors')
  const { id: customer } = await rig.stripe.customers.create({ metadata: { billhook_owner_id: 'ann' } })
  const price = await addPrice(rig)
  await buy(rig, customer, price)
  await buy(rig, customer, price)
  const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }
  const run = async () => {
    const result = await runBackfill(rig.context, { rules }, new AbortController().signal)
    return summaryOf(result, rules.metadataKey)
  }
  const type = 'duplicate_subscription.detected'
  const replay = `billhook outbox replay --type ${type} --since 1970-01-01`
  expect(await run()).toContain(replay)
  const { query } = rig.database.db
  const target = { name: 'https://app.example/', types: null }
  await claimTargets(query, [target], new Date(), new Date(0))
  expect(await run()).not.toContain(replay)
  const selection = { ids: null, since: new Date(0), ownerId: undefined, type, target: undefined }
  expect(await replayAppEvents(query, selection, new Date())).toBe(1)
})

test('without saying what, it says what can be said', async () => {
  const command = runNode(BILLHOOK, ['sync'], { env: serviceEnv(rig.database.url) })
  expect(await command.exited).toMatchObject({ code: 1 })
  expect(command.output()).toContain('Say what: `billhook sync --all` or `billhook sync catalog`.')
})

describe('the file of owners', () => {
  async function read(text: string) {
    const path = join(directory, 'owners.csv')
    await writeFile(path, text)
    return await readOwnersFile(path)
  }

  test('is read as spreadsheets write it', async () => {
    const owners = await read(
      '\uFEFFowner_id,stripe_customer_id\r\n42,cus_a\r\n"Acme, ""the"" org","cus_b"\r\n\r\n',
    )
    expect([...owners]).toEqual([
      ['cus_a', '42'],
      ['cus_b', 'Acme, "the" org'],
    ])
  })

  test('names every wrong line at once', async () => {
    const reading = read('owner_id,stripe_customer_id\n1,cus_a\n,cus_b\n3;cus_c\n4,cus_a\n')
    await expect(reading).rejects.toThrow(
      /line 3: not an owner[\s\S]*line 4: not[\s\S]*line 5: cus_a stands there twice/,
    )
  })

  test('must say what its columns are', async () => {
    await expect(read('cus_a,42\n')).rejects.toThrow('the first line must be owner_id,stripe_customer_id')
  })
})

test('progress has counts, a rate, and about how long it still takes', () => {
  const counts = (listed: number) => new Map([['checkout_session', { listed, stored: 0, foreign: 0 }]])
  const text = progressText(
    { part: 0.5, counts: counts(3_000) },
    { part: 0.25, counts: counts(1_000) },
    10_000,
  )
  expect(text).toBe('[============            ] 50 %  200/s  about 20 s left  checkout sessions 3000')
})
