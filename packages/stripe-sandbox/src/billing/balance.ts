import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { type BalanceTransactionInput, buildBalanceTransaction } from '../objects/balance-transaction.ts'
import { idOf } from '../store/tables.ts'

// The account's balance: every movement of money leaves one balance transaction, with its gross amount and Stripe's fee. What
// Stripe really charges depends on country, card and contract; here it is one plain number in every currency.

/** Stripe's fee for a dispute, in minor units. It stays paid when the dispute is won. */
const disputeFeeMinor = 1500

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
): Stripe.BalanceTransaction {
  const now = context.clock.now()
  const transaction = buildBalanceTransaction(context.ids, { ...movement, created: now, availableOn: now })
  context.store.put('balance_transaction', transaction)
  return transaction
}
