import type { DisputeData } from './app-events.ts'
import { instant } from './instant.ts'
import type { Transition } from './transitions.ts'

export interface DisputeFacts {
  id: string
  payment_id: string | null
  amount_minor: number
  currency: string
  reason: string
  status: string
  evidence_due_by: Date | null
}

/** How a dispute ended. Withdrawn: an inquiry that led to nothing, or a dispute that Stripe headed off. */
const OUTCOMES: ReadonlyMap<string, 'won' | 'lost' | 'withdrawn'> = new Map([
  ['won', 'won'],
  ['lost', 'lost'],
  ['warning_closed', 'withdrawn'],
  ['prevented', 'withdrawn'],
])

/** Statuses in which a dispute is over. The index `disputes_open` says the same. */
export const CLOSED_STATUSES: readonly string[] = [...OUTCOMES.keys()]

/**
 * One that had been closed when it was first seen is told as opened and closed: the app gets the whole story, in order. A status that
 * we do not know is neither won nor lost: it counts as open.
 */
export function disputeTransitions(before: DisputeFacts | null, after: DisputeFacts): Transition[] {
  const payload = dataOf(after)
  const found: Transition[] = []
  if (before === null) {
    found.push({ type: 'dispute.opened', dedupeKey: `dispute.opened:${after.id}`, payload })
  }
  const outcome = OUTCOMES.get(after.status)
  if (outcome !== undefined && (before === null || OUTCOMES.get(before.status) !== outcome)) {
    const dedupeKey = `dispute.closed:${after.id}:${outcome}`
    found.push({ type: 'dispute.closed', dedupeKey, payload: { ...payload, outcome } })
  }
  return found
}

function dataOf({ id, payment_id, amount_minor, currency, reason, status, evidence_due_by }: DisputeFacts) {
  const data: DisputeData = {
    dispute_id: id,
    payment_id,
    amount: amount_minor,
    currency,
    reason,
    status,
    is_inquiry: status.startsWith('warning_'),
    evidence_due_by: evidence_due_by && instant(evidence_due_by),
  }
  return data
}
