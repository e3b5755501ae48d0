import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { networkReasonCode } from '../objects/dispute.ts'
import { recordDispute, recordReinstatement } from './balance.ts'
import { dueBy } from './open-dispute.ts'
import { previousAttributes } from './previous-attributes.ts'

/**
 * The states of a dispute, and who moves it:
 *
 * warning_needs_response → warning_under_review   the merchant submits evidence
 * warning_needs_response → warning_closed         the merchant closes it, refunds everything, or 120 days pass
 * warning_under_review   → warning_closed         the bank drops it, the merchant refunds everything, or 120 days pass
 * warning_under_review   → needs_response         the bank escalates it: only now the money goes
 * needs_response         → under_review           the merchant submits evidence
 * needs_response         → lost                   the merchant closes it, or `due_by` passes
 * under_review           → won, lost              the bank decides
 *
 * warning_closed, won and lost are ends. The money goes with the way into `needs_response` and comes back with the way into
 * `won`, once each, in the transaction that moves the status. Appeals and prevented disputes are not played.
 */
const next: Readonly<Record<string, readonly Stripe.Dispute.Status[]>> = {
  warning_needs_response: ['warning_under_review', 'warning_closed'],
  warning_under_review: ['warning_closed', 'needs_response'],
  needs_response: ['under_review', 'lost'],
  under_review: ['won', 'lost'],
}

/** What a bank makes of evidence, in its own time. */
export type Verdict = 'won' | 'lost' | 'escalated'

/** True when nothing can move it any more. */
export function isClosed(dispute: Stripe.Dispute): boolean {
  return next[dispute.status] === undefined
}

export function isInquiry(dispute: Stripe.Dispute): boolean {
  return dispute.status.startsWith('warning_')
}

/** How long an inquiry can stay open. Seconds. */
export const inquiryLastsSeconds = 120 * 86_400

/** Hands the evidence to the bank; `charge.dispute.updated`. @param changes other changes of the same request. */
export function submitToBank(
  context: Context,
  before: Stripe.Dispute,
  changes: Stripe.Dispute,
): Stripe.Dispute {
  const details = before.evidence_details
  const submitted = moved(changes, isInquiry(before) ? 'warning_under_review' : 'under_review', {
    evidence_details: {
      ...details,
      has_evidence: true,
      past_due: details.due_by !== null && context.clock.now() > details.due_by,
      submission_count: details.submission_count + 1,
      submission_method: 'manual',
    },
  })
  context.store.put('dispute', submitted)
  context.emit('charge.dispute.updated', submitted, previousAttributes(before, submitted))
  return submitted
}

/** The bank's answer to what was submitted. An inquiry is dropped or escalated; it cannot be won or lost. */
export function decide(context: Context, dispute: Stripe.Dispute, verdict: Verdict): void {
  if (!isInquiry(dispute)) {
    if (verdict === 'won') win(context, dispute)
    else closeDispute(context, dispute)
    return
  }
  if (verdict === 'escalated') escalate(context, dispute)
  else closeDispute(context, dispute)
}

/** Ends a dispute against the merchant, an inquiry without consequences; `charge.dispute.closed`. */
export function closeDispute(context: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  const closed = moved(dispute, isInquiry(dispute) ? 'warning_closed' : 'lost', {})
  context.store.put('dispute', closed)
  context.emit('charge.dispute.closed', closed)
  return closed
}

function win(context: Context, dispute: Stripe.Dispute): void {
  const won = moved(dispute, 'won', {
    balance_transactions: [...dispute.balance_transactions, recordReinstatement(context, dispute)],
    is_charge_refundable: true,
  })
  context.store.put('dispute', won)
  context.emit('charge.dispute.funds_reinstated', won)
  context.emit('charge.dispute.closed', won)
}

/** The inquiry becomes a chargeback: same dispute, a new date, and the money goes. */
function escalate(context: Context, inquiry: Stripe.Dispute): void {
  const { card, ...method } = inquiry.payment_method_details ?? { type: 'card' }
  const escalated = moved(inquiry, 'needs_response', {
    balance_transactions: [recordDispute(context, inquiry)],
    evidence_details: { ...inquiry.evidence_details, due_by: dueBy(context.clock.now()) },
    is_charge_refundable: false,
    ...(card === undefined
      ? {}
      : {
          payment_method_details: {
            ...method,
            card: {
              ...card,
              case_type: 'chargeback',
              network_reason_code: networkReasonCode('chargeback', inquiry.reason),
            },
          },
        }),
  })
  context.store.put('dispute', escalated)
  context.emit('charge.dispute.updated', escalated, previousAttributes(inquiry, escalated))
  context.emit('charge.dispute.funds_withdrawn', escalated)
}

function moved(
  dispute: Stripe.Dispute,
  status: Stripe.Dispute.Status,
  changes: Partial<Stripe.Dispute>,
): Stripe.Dispute {
  if (next[dispute.status]?.includes(status) !== true) {
    throw new Error(`dispute ${dispute.id} cannot become ${status} from ${dispute.status}`)
  }
  return { ...dispute, ...changes, status }
}
