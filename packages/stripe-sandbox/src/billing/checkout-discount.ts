import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { findCode, isRefusal, type Redemption, type Refusal, redeemCode } from './check-redemption.ts'
import { checkoutLimitProblem } from './checkout-limits.ts'
import { forgetPlannedDiscount, planDiscount } from './discounts.ts'
import type { CheckoutTerms } from './records.ts'
import { repriceCheckout } from './reprice-checkout.ts'

/**
 * The discount of an open Checkout session.
 *
 *   planned   the session shows it and its amounts hold it; the coupon is not counted, nobody has it. Any number of open sessions
 *             may plan the last redemption of a coupon: whoever pays gets what the page promised
 *   given     with the payment, under the same id (complete-…-checkout.ts)
 *   removed   forgotten; the amounts are those from before
 */
export function planCheckoutDiscount(
  context: Context,
  session: Stripe.Checkout.Session,
  terms: CheckoutTerms,
  redemption: Redemption,
): Stripe.Checkout.Session {
  const { id } = planDiscount(context, redemption, {
    customer: idOf(session.customer),
    checkoutSession: session.mode === 'payment' ? session.id : null,
  })
  return repriceCheckout(
    context,
    {
      ...session,
      discounts: [{ coupon: redemption.coupon.id, promotion_code: redemption.promotionCode?.id ?? null }],
    },
    { ...terms, discount: id },
  )
}

/** What the buyer typed into the page's field. Changes nothing when the code is refused. */
export function applyTypedCode(
  context: Context,
  session: Stripe.Checkout.Session,
  typed: string,
): { session: Stripe.Checkout.Session } | Refusal {
  const terms = context.store.get('checkout_terms', session.id)
  const isTaken =
    session.status === 'open' && session.allow_promotion_codes === true && terms?.discount === null
  const customer = idOf(session.customer)
  const code = isTaken ? findCode(context, typed, customer) : undefined
  if (terms === undefined || code === undefined) return { code: null, message: 'This code is invalid.' }
  const outcome = redeemCode(context, code, {
    customer,
    currency: session.currency ?? 'usd',
    totalMinor: session.amount_subtotal ?? 0,
    trustsGuest: true,
  })
  if (isRefusal(outcome)) return outcome
  const planned = planCheckoutDiscount(context, session, terms, outcome)
  const problem = savingProblem(planned, terms) ?? checkoutLimitProblem(planned)
  if (problem === null) return { session: planned }
  removeCheckoutDiscount(context, planned)
  return problem
}

/** Takes a discount that the buyer typed off again; one that the session was made with stays. */
export function removeCheckoutDiscount(context: Context, session: Stripe.Checkout.Session): void {
  const terms = context.store.get('checkout_terms', session.id)
  if (session.status !== 'open' || session.allow_promotion_codes !== true || !terms?.discount) return
  repriceCheckout(context, { ...session, discounts: [] }, { ...terms, discount: null })
  forgetPlannedDiscount(context, terms.discount)
}

/** A code whose coupon is for other products saves nothing; in a trial it saves later. */
function savingProblem(session: Stripe.Checkout.Session, terms: CheckoutTerms): Refusal | null {
  const isTrial = terms.subscription?.trialEnd != null || terms.subscription?.trialPeriodDays != null
  if (isTrial || (session.total_details?.amount_discount ?? 0) > 0) return null
  return { code: null, message: 'This code is not valid for anything in this purchase.' }
}

/** What the discount of a session gives when the session is paid. */
export function redemptionsOfCheckout(
  { store }: Context,
  session: Stripe.Checkout.Session,
  terms: CheckoutTerms,
): Redemption[] {
  const [shown] = session.discounts ?? []
  const coupon = store.get('coupon', idOf(shown?.coupon) ?? '')
  if (coupon === undefined || terms.discount === null) return []
  const promotionCode = store.get('promotion_code', idOf(shown?.promotion_code) ?? '') ?? null
  return [{ coupon, promotionCode, planned: terms.discount }]
}
