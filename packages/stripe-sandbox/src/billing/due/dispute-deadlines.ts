import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { dueKind } from '../../time/due-kind.ts'
import { closeDispute, decide, inquiryLastsSeconds, isClosed, isInquiry } from '../dispute-states.ts'

/** Banks answer evidence, unanswered chargebacks are lost when `due_by` has passed, and inquiries run out. */
export const disputeDeadlines = dueKind<'dispute'>({
  name: 'dispute deadlines',
  table: 'dispute',
  alongside: ['dispute_verdict'],
  at: (dispute, { store }) => {
    const verdict = store.get('dispute_verdict', dispute.id)
    return verdict?.at ?? endsAt(dispute)
  },
  run: (context, dispute) => {
    const verdict = context.store.get('dispute_verdict', dispute.id)
    if (verdict === undefined) runOut(context, dispute)
    else {
      context.store.delete('dispute_verdict', dispute.id)
      decide(context, dispute, verdict.verdict)
    }
  },
})

/** When it ends if nobody does anything: a chargeback in the second after its last one. Under review it waits for its bank. */
function endsAt(dispute: Stripe.Dispute): number | null {
  if (isClosed(dispute)) return null
  if (isInquiry(dispute)) return dispute.created + inquiryLastsSeconds
  const { due_by: dueBy } = dispute.evidence_details
  return dispute.status === 'needs_response' && dueBy !== null ? dueBy + 1 : null
}

function runOut(context: Context, dispute: Stripe.Dispute): void {
  if (!isClosed(dispute)) closeDispute(context, dispute)
}
