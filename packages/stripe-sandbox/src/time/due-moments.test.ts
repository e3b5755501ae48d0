import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DueMoments } from './due-moments.ts'

function takeAll(moments: DueMoments, now: number): string[] {
  const keys: string[] = []
  for (let moment = moments.take(now); moment; moment = moments.take(now)) keys.push(moment.key)
  return keys
}

test('what is due comes once, earliest first', () => {
  const moments = new DueMoments()
  moments.set('late', 30)
  moments.set('early', 10)
  moments.set('between', 20)
  expect(takeAll(moments, 20)).toEqual(['early', 'between'])
  expect(takeAll(moments, 20)).toEqual([])
  expect(takeAll(moments, 30)).toEqual(['late'])
})

test('a moment can be moved and cleared', () => {
  const moments = new DueMoments()
  moments.set('moved', 10)
  moments.set('moved', 30)
  moments.set('cleared', 10)
  moments.set('cleared', null)
  expect(takeAll(moments, 20)).toEqual([])
  expect(takeAll(moments, 30)).toEqual(['moved'])
})

test('a moment that is moved away and back comes once', () => {
  const moments = new DueMoments()
  for (const at of [10, 20, 10]) moments.set('a', at)
  expect(takeAll(moments, 50)).toEqual(['a'])
})

test('at the same second the lower rank comes first, then what was set first', () => {
  const moments = new DueMoments()
  moments.set('second', 10, 1)
  moments.set('third', 10, 2)
  moments.set('first', 10, 0)
  moments.set('also second', 10, 1)
  expect(takeAll(moments, 10)).toEqual(['first', 'second', 'also second', 'third'])
})

test('whatever is set, moved and cleared comes in the order of its last moments', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    at: fc.option(fc.integer({ min: 0, max: 20 })),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const moments = new DueMoments()
      const expected = new Map<string, number>()
      for (const { key, at } of steps) {
        moments.set(key, at)
        if (at === null) expected.delete(key)
        else expected.set(key, at)
      }
      const taken = takeAll(moments, 20)
      expect(new Set(taken)).toEqual(new Set(expected.keys()))
      const times = taken.map((key) => expected.get(key) ?? -1)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    }),
  )
})
