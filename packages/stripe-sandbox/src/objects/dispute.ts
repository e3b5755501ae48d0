import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'

export type DisputeKind = 'chargeback' | 'inquiry'

export interface DisputeInput {
  charge: Stripe.Charge
  amountMinor: number
  kind: DisputeKind
  reason: 'fraudulent' | 'product_not_received'
  /** Unix seconds. */
  created: number
  dueBy: number
}

/** What a holder told the bank about a charge. An inquiry only asks; a chargeback has taken the money. */
export function buildDispute(ids: Ids, input: DisputeInput): Stripe.Dispute {
  const { charge, kind, reason } = input
  const brand = charge.payment_method_details?.card?.brand ?? 'unknown'
  return {
    id: ids.newId('du_'),
    object: 'dispute',
    amount: input.amountMinor,
    balance_transactions: [],
    charge: charge.id,
    created: input.created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: input.dueBy,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: kind === 'inquiry',
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    payment_method_details: {
      card: {
        brand,
        case_type: kind,
        network: brand,
        network_reason_code: networkReasonCode(kind, reason),
      },
      type: 'card',
    },
    reason,
    status: kind === 'inquiry' ? 'warning_needs_response' : 'needs_response',
  }
}

/** Visa's code: its family, and for a chargeback the condition in it. */
export function networkReasonCode(kind: DisputeKind, reason: string): string {
  const code = reason === 'product_not_received' ? '13.1' : '10.4'
  return kind === 'inquiry' ? code.slice(0, 2) : code
}

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}
