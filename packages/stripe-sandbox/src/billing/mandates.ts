import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildMandate } from '../objects/mandate.ts'

/**
 * The mandate under which a bank account is debited: the standing one of an account that is kept for later, or one for this payment
 * alone. Stores a new one.
 */
export function mandateFor(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
): Stripe.Mandate {
  const isKept = paymentMethod.customer !== null || intent.setup_future_usage === 'off_session'
  return (
    standing(context, paymentMethod) ??
    newMandate(context, paymentMethod, isKept ? null : { amount: intent.amount, currency: intent.currency })
  )
}

/** The mandate for any number of debits of an account, which is kept before it is debited first. */
export function standingMandate(context: Context, paymentMethod: Stripe.PaymentMethod): Stripe.Mandate {
  return standing(context, paymentMethod) ?? newMandate(context, paymentMethod, null)
}

function standing(context: Context, paymentMethod: Stripe.PaymentMethod): Stripe.Mandate | undefined {
  for (const mandate of context.store.where('mandate', 'payment_method', paymentMethod.id)) {
    if (mandate.type === 'multi_use' && mandate.status === 'active') return mandate
  }
  return undefined
}

function newMandate(
  context: Context,
  paymentMethod: Stripe.PaymentMethod,
  singleUse: Stripe.Mandate.SingleUse | null,
): Stripe.Mandate {
  const mandate = buildMandate(context.ids, {
    paymentMethod,
    acceptedAt: context.clock.now(),
    origin: context.origin,
    singleUse,
  })
  context.store.put('mandate', mandate)
  return mandate
}
