import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { type BalanceTransactionInput, buildBalanceTransaction } from '../objects/balance-transaction.ts'
import { idOf } from '../store/tables.ts'
import { testCardByFingerprint } from './test-cards.ts'

// The account's balance: every movement of money leaves one balance transaction, with its gross amount and Stripe's fee. What
// Stripe really charges depends on country, card and contract; here it is one plain number in every currency.

/** Stripe's fee for a charge: 2.9 % and 30 minor units. It stays paid when the charge is refunded. */
function chargeFeeMinor(amountMinor: number): number {
  return Math.round((amountMinor * 29) / 1000) + 30
}

/** How long the money of a charge is pending. Seconds. */
const pendingSeconds = 2 * 86_400

/** Stripe's fee for a dispute, in minor units. It stays paid when the dispute is won. */
const disputeFeeMinor = 1500

/** A captured charge brings its money, which can be used two days later. */
export function recordCharge(context: Context, charge: Stripe.Charge): Stripe.BalanceTransaction {
  const card = testCardByFingerprint(charge.payment_method_details?.card?.fingerprint ?? '')
  return record(
    context,
    {
      type: 'charge',
      reportingCategory: 'charge',
      amountMinor: charge.amount_captured,
      currency: charge.currency,
      fee: { amountMinor: chargeFeeMinor(charge.amount_captured), description: 'Stripe processing fees' },
      description: charge.description,
      source: charge.id,
    },
    card?.bypassesPending ? 0 : pendingSeconds,
  )
}

/** A refund takes its amount when it begins. */
export function recordRefund(
  context: Context,
  refund: Stripe.Refund,
  charge: Stripe.Charge,
): Stripe.BalanceTransaction {
  const suffix = charge.description === null ? '' : ` (${charge.description})`
  return record(context, {
    type: 'refund',
    reportingCategory: 'refund',
    amountMinor: -refund.amount,
    currency: refund.currency,
    fee: null,
    description: `REFUND FOR CHARGE${suffix}`,
    source: refund.id,
  })
}

/** A failed refund gives its amount back. */
export function recordRefundFailure(context: Context, refund: Stripe.Refund): Stripe.BalanceTransaction {
  return record(context, {
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    amountMinor: refund.amount,
    currency: refund.currency,
    fee: null,
    description: `REFUND FAILURE FOR CHARGE ${idOf(refund.charge)}`,
    source: refund.id,
  })
}

/** A chargeback takes its amount, and a fee. */
export function recordDispute(context: Context, dispute: Stripe.Dispute): Stripe.BalanceTransaction {
  return record(context, {
    type: 'adjustment',
    reportingCategory: 'dispute',
    amountMinor: -dispute.amount,
    currency: dispute.currency,
    fee: { amountMinor: disputeFeeMinor, description: 'Dispute fee' },
    description: `Chargeback withdrawal for ${idOf(dispute.charge)}`,
    source: dispute.id,
  })
}

/** A won dispute gives its amount back. */
export function recordReinstatement(context: Context, dispute: Stripe.Dispute): Stripe.BalanceTransaction {
  return record(context, {
    type: 'adjustment',
    reportingCategory: 'dispute_reversal',
    amountMinor: dispute.amount,
    currency: dispute.currency,
    fee: null,
    description: `Chargeback reversal for ${idOf(dispute.charge)}`,
    source: dispute.id,
  })
}

function record(
  context: Context,
  movement: Omit<BalanceTransactionInput, 'created' | 'availableOn'>,
  pendingForSeconds = 0,
): Stripe.BalanceTransaction {
  const now = context.clock.now()
  const transaction = buildBalanceTransaction(context.ids, {
    ...movement,
    created: now,
    availableOn: now + pendingForSeconds,
  })
  context.store.put('balance_transaction', transaction)
  return transaction
}
