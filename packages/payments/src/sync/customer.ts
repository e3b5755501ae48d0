import {
  type CustomerRow,
  findCustomerByStripeId,
  markCustomerDeleted,
  setCustomerEmail,
} from '../db/queries/customers.ts'
import type { SyncContext } from './context.ts'
import type { Fetched } from './fetched.ts'

/**
 * One customer: its e-mail, and whether it is gone. A customer that was deleted (in the dashboard) makes its row history, so that
 * its owner gets a new one at the next checkout; its subscriptions end by their own events, under the old row.
 */
export async function fetchCustomer(context: SyncContext, id: string): Promise<Fetched> {
  // One that does not exist at all is an error here: Stripe answers deleted customers with `deleted: true`.
  const customer = await context.stripe.customers.retrieve(id)
  return {
    stripeCustomerId: customer.id,
    related: [],
    write: async (tx, { now }) => {
      const row = await findCustomerByStripeId(tx, id)
      if (!row) return []
      if (customer.deleted) await markCustomerDeleted(tx, row.id, now)
      else if (hasNewEmail(row, customer.email)) await setCustomerEmail(tx, row.id, customer.email, now)
      return []
    },
  }
}

/** No address at Stripe is no reason to forget ours. */
function hasNewEmail(row: CustomerRow, email: string | null): email is string {
  return typeof email === 'string' && email !== row.email
}
