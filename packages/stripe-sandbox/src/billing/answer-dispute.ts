import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { isClosed, isInquiry, submitToBank, type Verdict } from './dispute-states.ts'
import { saveChanges } from './save-changes.ts'

/** What a bank needs in test mode, about what Stripe's was seen to take. Seconds. */
const verdictAfterSeconds = 5

/** https://docs.stripe.com/testing#evidence, sent as `evidence.uncategorized_text`. */
const verdicts: Readonly<Record<string, Verdict>> = {
  winning_evidence: 'won',
  losing_evidence: 'lost',
  escalate_inquiry_evidence: 'escalated',
}

/**
 * Stages changes of a dispute, or submits them with all that was staged before. The bank decides later, and only on one of
 * the test texts; any other evidence stays under review.
 * @throws StripeApiError when the dispute is closed, or its evidence is with the bank already.
 */
export function answerDispute(
  context: Context,
  before: Stripe.Dispute,
  after: Stripe.Dispute,
  { isSubmitted }: { isSubmitted: boolean },
): Stripe.Dispute {
  if (!isSubmitted) return saveChanges(context, 'dispute', before, after, 'charge.dispute.updated')
  const submitted = submitToBank(context, before, after)
  const verdict = verdicts[submitted.evidence.uncategorized_text ?? '']
  if (verdict !== undefined && (verdict !== 'escalated' || isInquiry(submitted))) {
    const at = context.clock.now() + verdictAfterSeconds
    context.store.put('dispute_verdict', { id: submitted.id, at, verdict })
  }
  return submitted
}

/** @throws StripeApiError in Stripe's words for a dispute that is over. */
export function checkOpen(dispute: Stripe.Dispute): void {
  if (isClosed(dispute)) throw new StripeApiError('This dispute is already closed')
}

/** Evidence can be sent once: then it is the bank's turn. */
export function checkAwaitsResponse(dispute: Stripe.Dispute): void {
  checkOpen(dispute)
  if (dispute.status.endsWith('needs_response')) return
  throw new StripeApiError(
    'The evidence of this dispute has been submitted already. It can be changed or closed no more.',
  )
}
