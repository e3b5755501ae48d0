import { expect, test } from 'vitest'
import { type DisputeFacts, disputeTransitions } from './dispute-transitions.ts'

const open: DisputeFacts = {
  ...{ id: 'dp_1', payment_id: 'pi_1', amount_minor: 900, currency: 'usd', reason: 'fraudulent' },
  ...{ status: 'needs_response', evidence_due_by: new Date('2026-12-01T00:00:00Z') },
}

const types = (before: string | null, after: string) =>
  disputeTransitions(before === null ? null : { ...open, status: before }, { ...open, status: after }).map(
    ({ dedupeKey }) => dedupeKey.replace('dp_1', '…'),
  )

test.each([
  [null, 'needs_response', ['dispute.opened:…']],
  [null, 'lost', ['dispute.opened:…', 'dispute.closed:…:lost']],
  ['needs_response', 'under_review', []],
  ['under_review', 'won', ['dispute.closed:…:won']],
  ['warning_needs_response', 'warning_closed', ['dispute.closed:…:withdrawn']],
  ['under_review', 'prevented', ['dispute.closed:…:withdrawn']],
  ['lost', 'lost', []],
  ['lost', 'appeal_under_review', []],
  ['under_review', 'a status of tomorrow', []],
])('%s → %s', (before, after, expected) => {
  expect(types(before, after)).toEqual(expected)
})

test('an inquiry says that it is one', () => {
  const [inquiry] = disputeTransitions(null, { ...open, status: 'warning_needs_response' })
  expect(inquiry?.payload).toMatchObject({ is_inquiry: true, evidence_due_by: '2026-12-01T00:00:00Z' })
})
