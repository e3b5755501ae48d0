import { expect, test } from 'vitest'
import { differences } from './drift.ts'

const AT = new Date('2026-01-02T03:04:05Z')
const row = { id: 'sub_1', status: 'active', ended_at: null, current_period_end: AT, raw: {}, synced_at: AT }

test('rows that say the same differ in nothing, whenever they were written', () => {
  expect(differences(row, { ...row, raw: { more: true }, synced_at: new Date(0) })).toEqual([])
})

test('each field that differs is named with both values, times as text', () => {
  expect(differences(row, { ...row, status: 'canceled', ended_at: AT })).toEqual([
    { field: 'status', mirror: 'active', stripe: 'canceled' },
    { field: 'ended_at', mirror: null, stripe: '2026-01-02T03:04:05.000Z' },
  ])
})

test('a row that is not there differs in everything that is not null', () => {
  expect(differences(null, row).map(({ field }) => field)).toEqual(['id', 'status', 'current_period_end'])
})

test('JSON columns compare by what they hold, whether read or about to be written', () => {
  const read = { line_items: [{ price_id: 'p', quantity: 1 }] }
  expect(differences(read, { line_items: '[{"quantity":1,"price_id":"p"}]' })).toEqual([])
  expect(differences(read, { line_items: '[]' })).toHaveLength(1)
})

test('text that only looks like JSON is text', () => {
  expect(differences({ description: '[sic' }, { description: '[sic' })).toEqual([])
})
