import type { Store } from '../store/store.ts'
import { idOf, type TableName } from '../store/tables.ts'
import type { Past } from './step.ts'

/** What the store knows of the things that older shapes show. */
export function pastInStore(store: Store): Past {
  return {
    // A boundary: a kind that the sandbox does not keep has no table, and `get` finds nothing in it.
    object: (type, id) => store.get(type as TableName, id) ?? null,
    paymentOf: (invoiceId) => {
      for (const payment of store.where('invoice_payment', 'invoice', invoiceId)) {
        const id = idOf(payment.payment.payment_intent)
        if (id === null || payment.status === 'canceled') continue
        return { paymentIntent: id, charge: idOf(store.get('payment_intent', id)?.latest_charge) }
      }
      return { paymentIntent: null, charge: null }
    },
    invoiceOf: (paymentIntentId) => {
      for (const payment of store.where('invoice_payment', 'payment_intent', paymentIntentId)) {
        return idOf(payment.invoice)
      }
      return null
    },
  }
}
