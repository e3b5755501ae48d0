import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { createIds } from '../ids.ts'
import { buildCustomer } from '../objects/customer.ts'
import { MemoryStore } from './memory-store.ts'
import type { Change } from './store.ts'

describe('a transaction', () => {
  test('that throws leaves nothing behind: additions, changes and deletions are undone', () => {
    const store = new MemoryStore()
    const [a, b, c] = [customer('a'), customer('b'), customer('c')]
    putAll(store, [a, b])
    expect(() =>
      store.transaction(() => {
        store.put('customer', c)
        store.put('customer', { ...a, name: 'changed' })
        store.delete('customer', 'b')
        store.delete('customer', 'c')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect([...store.all('customer')]).toEqual([b, a])
  })

  test('inside another is undone alone', () => {
    const store = new MemoryStore()
    store.transaction(() => {
      store.put('customer', customer('a'))
      expect(() =>
        store.transaction(() => {
          store.put('customer', customer('b'))
          throw new Error('no')
        }),
      ).toThrow('no')
    })
    expect([...store.all('customer')].map(({ id }) => id)).toEqual(['a'])
  })

  test('is the only place to write', () => {
    const store = new MemoryStore()
    expect(() => store.put('customer', customer('a'))).toThrow('only inside a transaction')
  })

  test('tells its listeners once, after the outermost commit, what it wrote', () => {
    const store = new MemoryStore()
    const told: (readonly Change[])[] = []
    store.onCommit((changes) => told.push(changes))
    store.transaction(() => {
      store.put('customer', customer('a'))
      store.transaction(() => store.put('customer', { ...customer('a'), name: 'again' }))
      store.put('customer', customer('b'))
    })
    expect(told).toEqual([
      [
        { table: 'customer', id: 'a' },
        { table: 'customer', id: 'b' },
      ],
    ])
  })

  test('that throws tells nobody', () => {
    const store = new MemoryStore()
    const told: unknown[] = []
    store.onCommit((changes) => told.push(changes))
    expect(() =>
      store.transaction(() => {
        store.put('customer', customer('a'))
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(told).toEqual([])
  })
})

describe('indexes', () => {
  test('follow changes, deletions and undone ones', () => {
    const store = new MemoryStore()
    const byEmail = (email: string) => [...store.where('customer', 'email', email)].map(({ id }) => id)
    putAll(
      store,
      ['a', 'b', 'c'].map((id) => ({ ...customer(id), email: 'x' })),
    )
    store.transaction(() => store.put('customer', { ...customer('a'), email: 'y' }))
    store.transaction(() => store.delete('customer', 'b'))
    expect(() =>
      store.transaction(() => {
        store.delete('customer', 'c')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect([byEmail('x'), byEmail('y')]).toEqual([['c'], ['a']])
  })

  test('a replaced object keeps its place', () => {
    const store = new MemoryStore()
    putAll(store, [customer('a'), customer('b')])
    store.transaction(() => store.put('customer', { ...customer('a'), name: 'new' }))
    expect([...store.all('customer')].map(({ id }) => id)).toEqual(['b', 'a'])
  })
})

function putAll(store: MemoryStore, customers: Stripe.Customer[]): void {
  store.transaction(() => {
    for (const each of customers) store.put('customer', each)
  })
}

function customer(id: string): Stripe.Customer {
  return { ...buildCustomer(createIds(), 1), id }
}
