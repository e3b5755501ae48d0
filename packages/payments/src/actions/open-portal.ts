import { findCustomerOfOwner } from '../db/queries/customers.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { returnUrl } from '../domain/return-url.ts'
import { isAbsent } from '../stripe/errors.ts'
import type { ActionContext } from './context.ts'
import { forgetDeletedCustomer } from './forget-deleted-customer.ts'

/**
 * The address of a billing portal session for the owner's own customer. Stripe lets it be opened for five minutes.
 * @throws DomainError no_customer, invalid_return_path; Stripe's errors
 */
export async function openPortal(
  context: ActionContext,
  principal: Principal,
  options: { returnPath?: string | undefined },
): Promise<string> {
  const backTo = returnUrl(context.frontendUrl, options.returnPath ?? '/account').href
  const customer = await findCustomerOfOwner(context.db.query, principal.ownerId)
  if (!customer?.stripe_customer_id) throw new DomainError('no_customer')
  const known = { rowId: customer.id, stripeCustomerId: customer.stripe_customer_id }
  try {
    const session = await context.stripe.billingPortal.sessions.create({
      customer: known.stripeCustomerId,
      return_url: backTo,
    })
    return session.url
  } catch (error) {
    if (isAbsent(error) && (await forgetDeletedCustomer(context, known))) throw new DomainError('no_customer')
    throw error
  }
}
