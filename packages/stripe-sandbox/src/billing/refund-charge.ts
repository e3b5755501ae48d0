import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildRefund } from '../objects/refund.ts'
import { StripeApiError } from '../wire/errors.ts'
import { recordRefund } from './balance.ts'
import { formatAmount } from './currency.ts'
import { closeDispute, isClosed, isInquiry } from './dispute-states.ts'
import { settleWarnings } from './fraud-warnings.ts'
import { acknowledgeRefund, refundsOf } from './refund-states.ts'

/**
 * Gives all or part of a charge back. Announces `refund.created` and `charge.refunded` (also for a part), then what the bank says
 * of it at once.
 * @param amountMinor in minor units of the charge; null for all that is left.
 * @throws StripeApiError when the charge failed, is refunded or charged back, or has less left than asked for.
 */
export function refundCharge(
  context: Context,
  charge: Stripe.Charge,
  request: { amountMinor: number | null; reason: Stripe.Refund.Reason | null; metadata: Stripe.Metadata },
): Stripe.Refund {
  const amountMinor = refundableAmount(context, charge, request.amountMinor)
  const begun = buildRefund(context.ids, {
    charge,
    amountMinor,
    reason: request.reason,
    metadata: request.metadata,
    created: context.clock.now(),
    isPending: refundsOf(context, charge.id) === 'succeed_later',
  })
  const refund: Stripe.Refund = {
    ...begun,
    balance_transaction: recordRefund(context, begun, charge).id,
  }
  const refundedMinor = charge.amount_refunded + amountMinor
  const refunded: Stripe.Charge = {
    ...charge,
    amount_refunded: refundedMinor,
    refunded: refundedMinor === charge.amount_captured,
  }
  context.store.put('refund', refund)
  context.store.put('charge', refunded)
  context.emit('refund.created', refund)
  context.emit('charge.refunded', refunded, {
    amount_refunded: charge.amount_refunded,
    ...(refunded.refunded ? { refunded: false } : {}),
  })
  if (refunded.refunded) settleSuspicions(context, charge.id)
  return refund.status === 'pending' ? refund : acknowledgeRefund(context, refund)
}

function refundableAmount(context: Context, charge: Stripe.Charge, wantedMinor: number | null): number {
  if (charge.status !== 'succeeded') {
    throw new StripeApiError(`Charge ${charge.id} did not succeed, so it cannot be refunded.`, {
      code: 'charge_not_refundable',
    })
  }
  if (!charge.captured) {
    throw new StripeApiError(
      `Charge ${charge.id} has not been captured. You must cancel its PaymentIntent to release the funds.`,
      { code: 'charge_not_refundable' },
    )
  }
  const disputes = [...context.store.where('dispute', 'charge', charge.id)]
  if (disputes.some((dispute) => !dispute.is_charge_refundable)) {
    throw new StripeApiError(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    })
  }
  const leftMinor = charge.amount_captured - charge.amount_refunded
  if (leftMinor === 0) {
    throw new StripeApiError(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    })
  }
  const amountMinor = wantedMinor ?? leftMinor
  if (amountMinor < 1) {
    throw new StripeApiError('This value must be greater than or equal to 1.', {
      param: 'amount',
      code: 'parameter_invalid_integer',
    })
  }
  if (amountMinor > leftMinor) {
    throw new StripeApiError(
      `Refund amount (${formatAmount(amountMinor, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(leftMinor, charge.currency)})`,
      { param: 'amount' },
    )
  }
  return amountMinor
}

/** With everything given back, banks have nothing left to ask. */
function settleSuspicions(context: Context, chargeId: string): void {
  settleWarnings(context, chargeId)
  for (const dispute of context.store.where('dispute', 'charge', chargeId)) {
    if (isInquiry(dispute) && !isClosed(dispute)) {
      context.store.delete('dispute_verdict', dispute.id)
      closeDispute(context, dispute)
    }
  }
}
