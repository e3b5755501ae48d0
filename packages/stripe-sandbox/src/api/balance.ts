import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import type { Route } from '../wire/route.ts'

export const balanceRoutes: readonly Route[] = [
  defineRoute<Stripe.BalanceRetrieveParams>({
    method: 'GET',
    path: '/v1/balance',
    supports: [],
    handle: (context): Stripe.Balance => ({
      object: 'balance',
      available: fundsBy(context, 'available'),
      livemode: false,
      pending: fundsBy(context, 'pending'),
    }),
  }),
]

/** The net amounts of all movements with a status, one for each currency. Nothing is ever paid out. */
function fundsBy(context: Context, status: 'available' | 'pending'): Stripe.Balance.Available[] {
  const netByCurrency = new Map<string, number>()
  for (const transaction of context.store.all('balance_transaction')) {
    if (transaction.status !== status) continue
    const { currency, net } = transaction
    netByCurrency.set(currency, (netByCurrency.get(currency) ?? 0) + net)
  }
  return [...netByCurrency]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }))
}
