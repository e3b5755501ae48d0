import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'

export interface RefundInput {
  charge: Stripe.Charge
  amountMinor: number
  reason: Stripe.Refund.Reason | null
  metadata: Stripe.Metadata
  created: number
  isPending: boolean
}

/** A refund as it begins: card refunds succeed at once, but for those of one test card. */
export function buildRefund(ids: Ids, input: RefundInput): Stripe.Refund {
  const { charge } = input
  return {
    id: ids.newId('re_'),
    object: 'refund',
    amount: input.amountMinor,
    balance_transaction: null,
    charge: charge.id,
    created: input.created,
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: input.metadata,
    payment_intent: idOf(charge.payment_intent),
    payment_method: charge.payment_method,
    ...(input.isPending ? { pending_reason: 'processing' } : {}),
    reason: input.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: input.isPending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  }
}
