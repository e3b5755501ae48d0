import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIds } from '../ids.ts'
import { MemoryStore } from '../store/memory-store.ts'
import type { DisturbedRequest } from '../wire/disturbance.ts'
import type { FaultRule } from './fault-rule.ts'
import { Faults } from './faults.ts'
import { requestFaults } from './request-faults.ts'
import { rulesFor, strike } from './strike.ts'

const paths = ['/v1/customers', '/v1/customers/cus_1', '/v1/prices', '/v1/customers/search']

const rule: fc.Arbitrary<FaultRule> = fc.record(
  {
    fault: fc.constantFrom('rate_limit', 'lose_answer', 'search_lag', 'stall'),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    count: fc.integer({ min: 1, max: 5 }),
    skip: fc.integer({ min: 0, max: 3 }),
    where: fc.record(
      { method: fc.constantFrom('GET', 'POST'), path: fc.constantFrom('/v1/customers', '/v1/*', '*/search') },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['fault'] },
)

const request: fc.Arbitrary<DisturbedRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom(...paths),
  query: fc.constant(''),
  body: fc.constant(''),
  hasIdempotencyKey: fc.boolean(),
})

test('the same seed and the same requests give the same faults, and no rule strikes more often than it says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.array(rule, { maxLength: 4 }),
      fc.array(request, { maxLength: 40 }),
      (seed, rules, requests) => {
        const runs = [1, 2].map(() => {
          const store = new MemoryStore()
          const faults = new Faults(store, createIds())
          faults.set({ seed, rules })
          const { ofRequest } = requestFaults(store)
          const outcomes = requests.map((each) => JSON.stringify(ofRequest(each)))
          return { outcomes, tallies: faults.list().map(({ id: _, ...tally }) => tally) }
        })
        expect(runs[1]).toEqual(runs[0])
        for (const { struck, matched, count = Number.POSITIVE_INFINITY, skip = 0 } of runs[0]?.tallies ??
          []) {
          expect(struck).toBeLessThanOrEqual(Math.min(count, Math.max(0, matched - skip)))
        }
      },
    ),
  )
})

test('a pattern matches as the regular expression that it stands for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 })
  const store = new MemoryStore()
  const faults = new Faults(store, createIds())
  fc.assert(
    fc.property(pattern, text, (path, seen) => {
      faults.set({ seed: 1, rules: [{ fault: 'stall', where: { path } }] })
      const [set] = rulesFor(store, 'request')
      const struck = store.transaction(() => set && strike(store, set, { path: seen, customer: () => null }))
      const expression = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
      expect(struck !== undefined).toBe(expression.test(seen))
    }),
  )
})
