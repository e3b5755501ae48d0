import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStripe } from '../../src/stripe/client.ts'
import { backfill } from '../../src/sync/backfill/backfill.ts'
import { standingClock } from '../support/clock.ts'
import { startListingStripe } from '../support/listing-stripe.ts'
import { useSync } from '../support/sync-rig.ts'

const rig = useSync()
const NOW = 1_790_000_000
const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }

test('however an account is spread over the years, several lanes list each customer once, also across a stop', async () => {
  const when = fc.oneof(
    fc.integer({ min: NOW - 10 * 365 * 86_400, max: NOW }),
    fc.integer({ min: NOW - 3_600, max: NOW }),
    fc.constant(NOW - 7),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(when, { minLength: 1, maxLength: 900, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 6 }),
      async (created, lanes, stopAfter) => {
        await rig.database.db.pool.query('truncate billhook.customers, billhook.backfill_stretches')
        const listing = await startListingStripe(created)
        const stripe = createStripe({ apiKey: 'sk_test_listing', apiBase: listing.url })
        const context = { ...rig.context, stripe }
        let pages = 0
        await backfill(context, { rules, lanes, goesOn: () => Promise.resolve(pages++ < stopAfter) })
        const { counts } = await backfill(context, { rules, lanes })
        await listing.close()
        expect(counts.get('customer')).toMatchObject({ listed: created.length, foreign: 0 })
        const linked = await rig.database.db.query.selectFrom('customers').select('id').execute()
        expect(linked).toHaveLength(created.length)
      },
    ),
    { numRuns: 8, endOnFailure: true },
  )
})

test('a lane that has nothing left takes a part of what another has before it', async () => {
  await rig.database.db.pool.query('truncate billhook.customers, billhook.backfill_stretches')
  const created = Array.from({ length: 2_000 }, (_, index) => NOW - index * 86_400)
  const listing = await startListingStripe(created)
  const stripe = createStripe({ apiKey: 'sk_test_listing', apiBase: listing.url })
  const parts: number[] = []
  await backfill({ ...rig.context, stripe }, { rules, lanes: 4, onProgress: ({ part }) => parts.push(part) })
  await listing.close()
  expect(new Set(listing.lists.map((query) => query.get('created[lt]'))).size).toBeGreaterThan(3)
  expect(parts).toEqual(parts.toSorted((a, b) => a - b))
  expect(parts.at(-1)).toBe(1)
})

test.each([
  ['an hour', 3_600],
  ['a week', 7 * 86_400],
  ['three years', 3 * 365 * 86_400],
])('the progress of an account of %s grows with what is listed', async (_age, ageSeconds) => {
  await rig.database.db.pool.query('truncate billhook.customers, billhook.backfill_stretches')
  const created = Array.from({ length: 1_000 }, (_, index) => NOW - Math.floor((index * ageSeconds) / 1_000))
  const listing = await startListingStripe(created)
  const stripe = createStripe({ apiKey: 'sk_test_listing', apiBase: listing.url })
  const parts: number[] = []
  const context = { ...rig.context, stripe, clock: standingClock(new Date(NOW * 1000)) }
  await backfill(context, {
    ...{ rules, lanes: 1 },
    onProgress: ({ part, counts }) => parts.push(part / ((counts.get('customer')?.listed ?? 0) / 1_000)),
  })
  await listing.close()
  // The customers are one of seven kinds, and the last page finishes the rest of the time, too.
  const shares = parts.slice(0, 9).map((part) => part * 7)
  for (const share of shares) expect(share).toBeGreaterThan(0.8)
  for (const share of shares) expect(share).toBeLessThan(1.1)
})

test('a stretch whose older half was given away is not finished before that half is stored, so that a kill loses nothing', async () => {
  const { pool } = rig.database.db
  await pool.query('truncate billhook.customers, billhook.backfill_stretches')
  // Giving a half away is slow to begin.
  await pool.query(`
    create function slowly() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(7); return null; end $$;
    create trigger slowly before update of created_from on billhook.backfill_stretches
      for each statement execute function slowly();`)
  const blocker = await pool.connect()
  await blocker.query('select pg_advisory_lock(7)')
  const listing = await startListingStripe(Array.from({ length: 1_000 }, (_, index) => NOW - index * 100_000))
  const stripe = createStripe({ apiKey: 'sk_test_listing', apiBase: listing.url })
  const finished = backfill({ ...rig.context, stripe }, { rules, lanes: 2 })
  try {
    await expect.poll(() => listing.lists.length).toBeGreaterThan(1)
    // Listing its half to the end takes a few dozen of these.
    for (let question = 0; question < 2_000; question++) await pool.query('select 1')
    const saved = await pool.query('select from billhook.backfill_stretches where is_finished')
    expect(saved.rows).toHaveLength(0)
  } finally {
    await blocker.query('select pg_advisory_unlock(7)')
    blocker.release()
    await finished
    await listing.close()
  }
})
