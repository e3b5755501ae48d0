import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { TableName } from '../store/tables.ts'

/** What belongs to a customer and goes with it. */
const tablesOfCustomers = [
  'subscription',
  'subscription_schedule',
  'active_entitlement',
  'usage_event',
  'invoice',
  'payment_method',
  'payment_intent',
  'setup_intent',
  'charge',
  'checkout.session',
] as const satisfies readonly TableName[]

/** Deletes a test clock and every object that lived in its time, without a word about each; `test_helpers.test_clock.deleted`. */
export function deleteTestClock(context: Context, clock: Stripe.TestHelpers.TestClock): void {
  const { store } = context
  for (const customer of store.where('customer', 'test_clock', clock.id)) {
    for (const charge of store.where('charge', 'customer', customer.id)) deleteMoneyOf(context, charge.id)
    for (const table of tablesOfCustomers) {
      for (const { id } of store.where(table, 'customer', customer.id)) store.delete(table, id)
    }
    store.delete('customer', customer.id)
  }
  store.delete('test_helpers.test_clock', clock.id)
  context.emit('test_helpers.test_clock.deleted', clock)
}

/** What a charge led to: it has no customer of its own. */
function deleteMoneyOf({ store }: Context, chargeId: string): void {
  const movers = [...store.where('refund', 'charge', chargeId), ...store.where('dispute', 'charge', chargeId)]
  for (const id of [chargeId, ...movers.map((mover) => mover.id)]) {
    for (const moved of store.where('balance_transaction', 'source', id))
      store.delete('balance_transaction', moved.id)
  }
  for (const warning of store.where('radar.early_fraud_warning', 'charge', chargeId)) {
    store.delete('radar.early_fraud_warning', warning.id)
  }
  for (const { id, object } of movers) {
    store.delete(object, id)
    if (object === 'dispute') store.delete('dispute_verdict', id)
  }
}
