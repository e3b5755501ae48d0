import { expect, test } from 'vitest'
import { previousAttributes } from './previous-attributes.ts'

test('only what changed is told, with its old value', () => {
  expect(previousAttributes({ a: 1, b: 2 }, { a: 1, b: 3 })).toEqual({ b: 2 })
})

test('a hash tells only its changed fields', () => {
  expect(previousAttributes({ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } })).toEqual({ a: { c: 2 } })
})

test('an array is told whole', () => {
  expect(previousAttributes({ a: [1, 2] }, { a: [1, 3] })).toEqual({ a: [1, 2] })
})

test('a field that was not there was null', () => {
  expect(previousAttributes({ metadata: {} }, { metadata: { seat: '4' } })).toEqual({
    metadata: { seat: null },
  })
})

test('no change tells nothing', () => {
  expect(previousAttributes({ a: { b: [1] } }, { a: { b: [1] } })).toBeUndefined()
})
