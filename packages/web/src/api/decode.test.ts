import { expect, test } from 'vitest'
import { list, nullable, number, object, text } from './decode.ts'

const shape = list(object({ name: text, price: nullable(number) }))

test('an answer of the right shape comes through, unknown fields left out', () => {
  expect(shape([{ name: 'Pro', price: null, extra: 1 }], 'plans')).toEqual([{ name: 'Pro', price: null }])
})

test('an answer of another shape says where it is different', () => {
  expect(() => shape([{ name: 'Pro', price: 1 }, { price: 1 }], 'plans')).toThrow(
    'plans[1].name should be text',
  )
})
