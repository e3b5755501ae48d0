import type Stripe from 'stripe'
import { defineRoute } from '../wire/define-route.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

export const balanceTransactionRoutes: readonly Route[] = [
  defineRoute<Stripe.BalanceTransactionListParams>({
    method: 'GET',
    path: '/v1/balance_transactions',
    supports: ['currency', 'source', 'type', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { currency, source, type, created } = parameters
      const { store } = context
      return page(context, 'balance_transaction', {
        url: '/v1/balance_transactions',
        parameters,
        among:
          source === undefined
            ? store.all('balance_transaction')
            : store.where('balance_transaction', 'source', source),
        filter: (transaction) =>
          (currency === undefined || transaction.currency === currency.toLowerCase()) &&
          (type === undefined || transaction.type === type) &&
          inRange(transaction.created, created),
      })
    },
  }),
  defineRoute<Stripe.BalanceTransactionRetrieveParams>({
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'balance_transaction', id),
  }),
]
