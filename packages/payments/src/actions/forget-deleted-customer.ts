import { markCustomerDeleted } from '../db/queries/customers.ts'
import { isAbsent } from '../stripe/errors.ts'
import type { ActionContext } from './context.ts'
import type { EnsuredCustomer } from './ensure-customer.ts'

/**
 * After Stripe said that something in a request does not exist: whether it was the customer. A customer that was deleted at
 * Stripe makes its row history, so that the next attempt gets a new one.
 */
export async function forgetDeletedCustomer(
  context: ActionContext,
  customer: Pick<EnsuredCustomer, 'rowId' | 'stripeCustomerId'>,
): Promise<boolean> {
  if (!(await isGone(context, customer.stripeCustomerId))) return false
  await markCustomerDeleted(context.db.query, customer.rowId, context.clock.now())
  return true
}

/**
 * A deleted customer is still answered, with `deleted: true`. One that is not is another account's: with the wrong key everybody's customer is
 * absent, and nobody's row may end for that (I12).
 */
async function isGone(context: ActionContext, stripeCustomerId: string): Promise<boolean> {
  try {
    const customer = await context.stripe.customers.retrieve(stripeCustomerId)
    return customer.deleted === true
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}
