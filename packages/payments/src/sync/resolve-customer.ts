import { findCustomerByStripeId, linkCustomer } from '../db/queries/customers.ts'
import { isAbsent } from '../stripe/errors.ts'
import type { SyncContext } from './context.ts'
import type { Owner } from './fetched.ts'

/**
 * Whose Stripe customer this is; null when it is not ours. A customer without a row may be one that we made just before the
 * process died: its metadata names the row that was committed first, and is then linked (I7). The metadata is read from Stripe, where
 * only the holder of the account's key can write it.
 */
export async function resolveOwner(context: SyncContext, stripeCustomerId: string): Promise<Owner | null> {
  const known = await findCustomerByStripeId(context.db.query, stripeCustomerId)
  if (known) return { ownerId: known.owner_id, stripeCustomerId }
  const rowId = await readRowId(context, stripeCustomerId)
  if (rowId === null) return null
  await linkCustomer(context.db.query, rowId, stripeCustomerId, context.clock.now())
  // The row may carry another customer by now, or be gone: then this one is nobody's.
  const linked = await findCustomerByStripeId(context.db.query, stripeCustomerId)
  return linked ? { ownerId: linked.owner_id, stripeCustomerId } : null
}

async function readRowId(
  { stripe, installationId }: SyncContext,
  stripeCustomerId: string,
): Promise<number | null> {
  try {
    const customer = await stripe.customers.retrieve(stripeCustomerId)
    if (customer.deleted || customer.metadata.billhook_installation !== installationId) return null
    const rowId = Number(customer.metadata.billhook_customer_row)
    return Number.isSafeInteger(rowId) ? rowId : null
  } catch (error) {
    // Test events of the dashboard and of the CLI name customers that nobody has.
    if (isAbsent(error)) return null
    throw error
  }
}
