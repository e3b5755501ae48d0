import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TableName } from '../../src/store/tables.ts'
import { wrongInTheBooks } from './books.ts'
import { deeds } from './deeds.ts'
import { wrongInTheOrder } from './event-order.ts'
import { liveAYear, type Year } from './live-a-year.ts'

// More people, or another seed: node packages/stripe-sandbox/tests/year/main.ts --people 1000 --seed 7
const seed = 2028
const people = 60

/** What a deed that found nothing to do, or was always refused, would leave out. */
const turns = [
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.failed',
  'charge.pending',
  'charge.refunded',
  'customer.discount.deleted',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'invoice.marked_uncollectible',
  'invoice.payment_failed',
  'invoice.voided',
  'payment_intent.canceled',
  'payment_intent.processing',
]

describe(`a year of ${people} people, seed ${seed}`, () => {
  let year: Year
  beforeAll(async () => {
    year = await liveAYear({ seed, people })
  }, 120_000)
  afterAll(() => year.sandbox.close())

  test('everything was done by somebody, and not only refused', () => {
    const done = Object.entries(year.counts).filter(([, count]) => count.done > 0)
    expect(done.map(([name]) => name).sort()).toEqual([...new Set(deeds.map(({ name }) => name))].sort())
  })

  test('lives had their ups and downs', () => {
    const told = new Set(Array.from(year.sandbox.context.store.all('event'), ({ type }) => String(type)))
    expect(turns.filter((type) => !told.has(type))).toEqual([])
  })

  test('what was paid is what was charged, and what was refunded is what was given back', () => {
    expect(wrongInTheBooks(year.sandbox.context)).toEqual([])
  })

  test('events tell of legal lives', () => {
    expect(wrongInTheOrder([...year.sandbox.context.store.all('event')].reverse())).toEqual([])
  })

  test('the same seed gives the same bytes', async () => {
    const again = await liveAYear({ seed, people })
    expect(digestOf(again)).toBe(digestOf(year))
    await again.sandbox.close()
  }, 120_000)
})

/** Of everything that it holds, but for the port that it was told at and what the SDK makes up for each call. */
function digestOf({ sandbox }: Year): string {
  const hash = createHash('sha256')
  const { store, origin } = sandbox.context
  // Remembered answers carry the machine's time.
  for (const table of store.tables().filter((name: TableName) => name !== 'idempotency')) {
    const text = JSON.stringify([...store.all(table)])
    hash.update(text.replaceAll(origin, '').replaceAll(/stripe-node-retry-[-0-9a-f]+/g, ''))
  }
  return hash.digest('hex')
}
