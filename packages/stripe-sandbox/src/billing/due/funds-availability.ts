import { dueKind } from '../../time/due-kind.ts'

/** Pending money becomes available. */
export const fundsAvailability = dueKind<'balance_transaction'>({
  name: 'availability of funds',
  table: 'balance_transaction',
  at: (transaction) => (transaction.status === 'pending' ? transaction.available_on : null),
  run: (context, transaction) => {
    context.store.put('balance_transaction', { ...transaction, status: 'available' })
  },
})
