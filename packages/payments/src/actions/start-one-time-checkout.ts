import { createHash } from 'node:crypto'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { isAbsent } from '../stripe/errors.ts'
import { idempotencyKey } from '../stripe/idempotency.ts'
import type { ActionContext } from './context.ts'
import { ensureCustomer } from './ensure-customer.ts'
import { forgetDeletedCustomer } from './forget-deleted-customer.ts'
import { requireOfferedPrice } from './require-offered-price.ts'
import { oneTimeSession, type ReturnPaths, returnUrls, sessionExpiry } from './session-parameters.ts'
import { type Checkout, checkoutOf } from './started-checkout.ts'

/** What the caller means by one request, however often it is sent. */
export interface Intent {
  key: string
  /** When it first came: every attempt asks Stripe for the same, the end of the session included. */
  startedAt: Date
}

export interface OneTimeCheckout extends ReturnPaths {
  priceId: string
  productId: string
  intent: Intent
}

/**
 * A checkout for one product. Nothing is reserved: a product can be bought any number of times, one checkout per intent.
 * @throws DomainError unknown_price, price_not_one_time, product_price_mismatch, invalid_return_path; Stripe's errors
 */
export async function startOneTimeCheckout(
  context: ActionContext,
  principal: Principal,
  request: OneTimeCheckout,
): Promise<Checkout> {
  const price = await requireOfferedPrice(context.db, request.priceId, 'one_time')
  if (price.productId !== request.productId) throw new DomainError('product_price_mismatch')
  const urls = returnUrls(context.frontendUrl, request)
  const customer = await ensureCustomer(context, principal)
  const parameters = oneTimeSession({
    principal,
    stripeCustomerId: customer.stripeCustomerId,
    priceId: price.id,
    urls,
    expiresAt: sessionExpiry(request.intent.startedAt),
    metadata: { billhook_owner_id: principal.ownerId, billhook_installation: context.installationId },
  })
  const key = stripeKey(context, principal, request.intent, customer.rowId)
  try {
    return checkoutOf(await context.stripe.checkout.sessions.create(parameters, { idempotencyKey: key }))
  } catch (error) {
    if (!isAbsent(error) || !(await forgetDeletedCustomer(context, customer))) throw error
    return await startOneTimeCheckout(context, principal, request)
  }
}

/** Keys of callers may be anything and belong to one owner: hashed, they fit Stripe's 255 characters and never meet another owner's. */
function stripeKey(
  context: ActionContext,
  principal: Principal,
  intent: Intent,
  customerRow: number,
): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([principal.ownerId, intent.key, intent.startedAt.getTime(), customerRow]))
    .digest('hex')
  return idempotencyKey(context.installationId, 'one-time-checkout', hash)
}
