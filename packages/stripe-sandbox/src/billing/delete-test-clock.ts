import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { TableName } from '../store/tables.ts'

/** What belongs to a customer and goes with it. */
const tablesOfCustomers = [
  'subscription',
  'subscription_schedule',
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
    for (const table of tablesOfCustomers) {
      for (const { id } of store.where(table, 'customer', customer.id)) store.delete(table, id)
    }
    store.delete('customer', customer.id)
  }
  store.delete('test_helpers.test_clock', clock.id)
  context.emit('test_helpers.test_clock.deleted', clock)
}
