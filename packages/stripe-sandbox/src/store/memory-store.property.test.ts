import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { createIds } from '../ids.ts'
import { buildCustomer } from '../objects/customer.ts'
import { MemoryStore } from './memory-store.ts'

type Step =
  | { kind: 'put'; id: string; email: string | null }
  | { kind: 'delete'; id: string }
  | { kind: 'nested'; steps: Step[]; fails: boolean }

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const { steps } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small' },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('put' as const), id, email: fc.constantFrom('x', 'y', null) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('nested' as const),
        steps: tie('steps'),
        fails: fc.boolean(),
      }),
    },
  ),
  steps: fc.array(tie('step'), { maxLength: 6 }),
}))
const transactions = fc.array(fc.record({ steps, fails: fc.boolean() }), { maxLength: 8 })

test('whatever is written and undone, memory, indexes and disk agree with a plain list', () => {
  fc.assert(
    fc.property(transactions, (plan) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'stripe-sandbox-'))
      try {
        const store = new MemoryStore(dataDir)
        let model: Stripe.Customer[] = []
        for (const each of plan) model = run(store, model, { kind: 'nested', ...each })
        expectToHold(store, model)
        store.close()
        const reopened = new MemoryStore(dataDir)
        expectToHold(reopened, model)
        reopened.close()
      } finally {
        rmSync(dataDir, { recursive: true })
      }
    }),
    { numRuns: 60 },
  )
})

/** Runs a step on the store and on the model, a list from the oldest to the newest. Returns the new model. */
function run(store: MemoryStore, model: Stripe.Customer[], step: Step): Stripe.Customer[] {
  if (step.kind === 'delete') {
    store.delete('customer', step.id)
    return model.filter((each) => each.id !== step.id)
  }
  if (step.kind === 'put') {
    const customer = { ...buildCustomer(createIds(), 1), id: step.id, email: step.email }
    store.put('customer', customer)
    const isKnown = model.some((each) => each.id === step.id)
    return isKnown ? model.map((each) => (each.id === step.id ? customer : each)) : [...model, customer]
  }
  const undone = new Error('undone on purpose')
  try {
    return store.transaction(() => {
      const after = step.steps.reduce((current, inner) => run(store, current, inner), model)
      if (step.fails) throw undone
      return after
    })
  } catch (error) {
    if (error !== undone) throw error
    return model
  }
}

function expectToHold(store: MemoryStore, model: Stripe.Customer[]): void {
  expect([...store.all('customer')].reverse()).toEqual(model)
  for (const email of ['x', 'y']) {
    const filed = [...store.where('customer', 'email', email)].reverse()
    expect(filed).toEqual(model.filter((each) => each.email === email))
  }
}
