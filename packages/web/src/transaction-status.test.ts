import { expect, test } from 'vitest'
import { shownStatus } from './transaction-status.ts'

test.each([
  ['an invoice that credits was not paid', { type: 'invoice', status: 'paid', amount: -1677 }, 'credited'],
  ['one that bills was', { type: 'invoice', status: 'paid', amount: 2999 }, 'paid'],
  ['nor does one that is void credit', { type: 'invoice', status: 'void', amount: -1677 }, 'void'],
  ['a refund that went through', { type: 'refund', status: 'succeeded', amount: 500 }, 'refunded'],
  ['one that has not yet', { type: 'refund', status: 'pending', amount: 500 }, 'pending'],
  ['a payment', { type: 'payment', status: 'succeeded', amount: 500 }, 'succeeded'],
])('%s', (_, row, status) => {
  expect(shownStatus(row)).toBe(status)
})
