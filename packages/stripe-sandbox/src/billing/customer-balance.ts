import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { refreshDrafts } from './refresh-drafts.ts'
import { isInOwnCurrency } from './settle-balance.ts'

export interface BalanceChange {
  /** Minor units; negative: more credit. */
  amountMinor: number
  currency: string
  type: Stripe.CustomerBalanceTransaction.Type
  invoice?: string | null
  creditNote?: string | null
  description?: string | null
  metadata?: Stripe.Metadata
}

/** Changes a customer's balance (`customer.updated`), and writes down why. */
export function changeBalance(
  context: Context,
  customerId: string,
  change: BalanceChange,
): Stripe.CustomerBalanceTransaction {
  const customer = context.store.get('customer', customerId)
  if (customer === undefined) throw new Error(`balance of an unknown customer ${customerId}`)
  if (!isInOwnCurrency(customer, change.currency)) {
    throw notSupportedYet(`A balance in ${change.currency} of a customer who has one in ${customer.currency}`)
  }
  const changed: Stripe.Customer = {
    ...customer,
    balance: customer.balance + change.amountMinor,
    currency: customer.currency ?? change.currency,
  }
  context.store.put('customer', changed)
  context.emit('customer.updated', changed, { balance: customer.balance })
  refreshDrafts(context, changed)
  return recordBalanceChange(context, changed, change)
}

/** Writes down what changed the balance of a customer, who has the new one already. */
export function recordBalanceChange(
  context: Context,
  customer: Stripe.Customer,
  change: BalanceChange,
): Stripe.CustomerBalanceTransaction {
  const transaction: Stripe.CustomerBalanceTransaction = {
    id: context.ids.newId('cbtxn_'),
    object: 'customer_balance_transaction',
    amount: change.amountMinor,
    checkout_session: null,
    created: context.clock.now(),
    credit_note: change.creditNote ?? null,
    currency: change.currency,
    customer: customer.id,
    customer_account: null,
    description: change.description ?? null,
    ending_balance: customer.balance,
    invoice: change.invoice ?? null,
    livemode: false,
    metadata: change.metadata ?? {},
    type: change.type,
  }
  context.store.put('customer_balance_transaction', transaction)
  return transaction
}
