import { expect, test } from 'vitest'
import { DueMoments } from './due-moments.ts'

test('what is due comes once, earliest first', () => {
  const moments = new DueMoments()
  moments.set('late', 30)
  moments.set('early', 10)
  moments.set('between', 20)
  expect(moments.take(20)).toEqual(['early', 'between'])
  expect(moments.take(20)).toEqual([])
  expect(moments.take(30)).toEqual(['late'])
})

test('a moment can be moved and cleared', () => {
  const moments = new DueMoments()
  moments.set('moved', 10)
  moments.set('moved', 30)
  moments.set('cleared', 10)
  moments.set('cleared', null)
  expect(moments.take(20)).toEqual([])
  expect(moments.take(30)).toEqual(['moved'])
})

test('a moment that is moved away and back comes once', () => {
  const moments = new DueMoments()
  for (const at of [10, 20, 10]) moments.set('a', at)
  expect(moments.take(50)).toEqual(['a'])
})
