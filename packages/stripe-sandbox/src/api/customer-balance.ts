import type Stripe from 'stripe'
import { changeBalance } from '../billing/customer-balance.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { checkedCurrency } from './checked-currency.ts'

/** A customer's balance: negative is credit, which the next invoices use up; positive is owed, and is added to the next one. */
export const customerBalanceRoutes: readonly Route[] = [
  defineRoute<Stripe.CustomerCreateBalanceTransactionParams>({
    method: 'POST',
    path: '/v1/customers/:customer/balance_transactions',
    supports: ['amount', 'currency', 'description', 'metadata.*'],
    handle: create,
  }),
  defineRoute<Stripe.CustomerListBalanceTransactionsParams>({
    method: 'GET',
    path: '/v1/customers/:customer/balance_transactions',
    supports: ['invoice', 'created', 'created.*'],
    handle: (context, parameters, { customer = '' }) => {
      checkOwner(context, customer)
      checkNamed(context, { invoice: parameters.invoice })
      return page(context, 'customer_balance_transaction', {
        url: `/v1/customers/${customer}/balance_transactions`,
        parameters,
        among: context.store.where('customer_balance_transaction', 'customer', customer),
        filter: (transaction) =>
          (parameters.invoice === undefined || idOf(transaction.invoice) === parameters.invoice) &&
          inRange(transaction.created, parameters.created),
      })
    },
  }),
  defineRoute<Stripe.CustomerRetrieveBalanceTransactionParams>({
    method: 'GET',
    path: '/v1/customers/:customer/balance_transactions/:id',
    supports: [],
    handle: (context, _, path) => ownTransaction(context, path),
  }),
  defineRoute<Stripe.CustomerUpdateBalanceTransactionParams>({
    method: 'POST',
    path: '/v1/customers/:customer/balance_transactions/:id',
    supports: ['description', 'metadata.*'],
    handle: (context, { description, metadata }, path) => {
      const transaction = ownTransaction(context, path)
      const changed: Stripe.CustomerBalanceTransaction = {
        ...transaction,
        description: orKept(description, transaction.description),
        metadata: mergedMetadata(transaction.metadata ?? {}, metadata),
      }
      context.store.put('customer_balance_transaction', changed)
      return changed
    },
  }),
]

function create(
  context: Context,
  parameters: Stripe.CustomerCreateBalanceTransactionParams,
  { customer: id = '' }: Record<string, string>,
): Stripe.CustomerBalanceTransaction {
  const customer = existing(context, 'customer', id)
  const currency = checkedCurrency(parameters.currency, 'currency')
  if (customer.currency && customer.currency !== currency) {
    throw parameterInvalid(
      'currency',
      `The customer's balance is in ${customer.currency}, so that it cannot be changed in ${currency}.`,
    )
  }
  if (parameters.amount === 0) throw parameterInvalid('amount', 'The amount must not be 0.')
  return changeBalance(context, id, {
    amountMinor: parameters.amount,
    currency,
    type: 'adjustment',
    description: parameters.description ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
  })
}

function ownTransaction(
  context: Context,
  { customer = '', id = '' }: Record<string, string>,
): Stripe.CustomerBalanceTransaction {
  checkOwner(context, customer)
  const transaction = context.store.get('customer_balance_transaction', id)
  if (transaction === undefined || idOf(transaction.customer) !== customer) {
    throw resourceMissing('customer balance transaction', id)
  }
  return transaction
}

/** A deleted customer still has what it had. */
function checkOwner(context: Context, customer: string): void {
  if (context.store.get('deleted_customer', customer) === undefined) existing(context, 'customer', customer)
}
