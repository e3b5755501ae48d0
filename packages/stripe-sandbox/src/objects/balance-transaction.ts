import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

export interface BalanceTransactionInput {
  type: Stripe.BalanceTransaction.Type
  reportingCategory: string
  /** Signed: what comes in is positive, what goes out negative. */
  amountMinor: number
  currency: string
  /** Null: nothing is charged for it. */
  fee: { amountMinor: number; description: string } | null
  description: string | null
  /** The charge, refund or dispute that moved the money. */
  source: string
  /** Unix seconds. */
  created: number
  /** Unix seconds; not after `created` for what moves at once. */
  availableOn: number
}

/** One movement of money on the account's balance. It is written once; only its `status` changes, when its day has come. */
export function buildBalanceTransaction(ids: Ids, input: BalanceTransactionInput): Stripe.BalanceTransaction {
  const { fee, currency } = input
  const feeMinor = fee?.amountMinor ?? 0
  return {
    id: ids.newId('txn_'),
    object: 'balance_transaction',
    amount: input.amountMinor,
    available_on: input.availableOn,
    balance_type: 'payments',
    created: input.created,
    currency,
    description: input.description,
    exchange_rate: null,
    fee: feeMinor,
    fee_details:
      fee === null
        ? []
        : [
            {
              amount: feeMinor,
              application: null,
              currency,
              description: fee.description,
              type: 'stripe_fee',
            },
          ],
    net: input.amountMinor - feeMinor,
    reporting_category: input.reportingCategory,
    source: input.source,
    status: input.availableOn <= input.created ? 'available' : 'pending',
    type: input.type,
  }
}
