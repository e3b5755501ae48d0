import { expect, test } from 'vitest'
import { explainUnknownEvents, isWantedEvents, typesOf } from './app-event-types.ts'

test('a group stands for its types, beside types that are named one by one', () => {
  expect(typesOf(['dispute.*', 'access.changed'])).toEqual([
    'access.changed',
    'dispute.opened',
    'dispute.closed',
  ])
})

test('everything stands for what a later release adds too', () => {
  expect(typesOf(['*', 'access.changed'])).toBeNull()
})

test.each(['subscription', 'subscription.', 'subscription.act*', '.*', 'Access.changed', ''])(
  '%j is nothing that can be asked for',
  (word) => {
    expect(isWantedEvents(word)).toBe(false)
  },
)

test.each([
  [
    'dispute.won',
    'dispute.won is no type of event and no group of them; there are dispute.opened, dispute.closed, dispute.*',
  ],
  ['refund.*', expect.stringContaining('there are the groups subscription.*, purchase.*, payment.*')],
])('who asks for %s learns what there is', (word, sentence) => {
  expect(explainUnknownEvents(word)).toEqual(sentence)
})
