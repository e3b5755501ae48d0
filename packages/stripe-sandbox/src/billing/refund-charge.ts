import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildRefund } from '../objects/refund.ts'
import { StripeApiError } from '../wire/errors.ts'
import { formatAmount } from './currency.ts'
import { closeDispute, isClosed, isInquiry } from './dispute-states.ts'
import { settleWarnings } from './fraud-warnings.ts'

/**
 * Gives all or part of a charge back. Announces `refund.created`, `charge.refunded` (also for a part), `refund.updated`.
 * @param amountMinor in minor units of the charge; null for all that is left.
 * @throws StripeApiError when the charge failed, is refunded already, or has less left than asked for.
 */
export function refundCharge(
  context: Context,
  charge: Stripe.Charge,
  request: { amountMinor: number | null; reason: Stripe.Refund.Reason | null; metadata: Stripe.Metadata },
): Stripe.Refund {
  if (charge.status !== 'succeeded') {
    throw new StripeApiError(`Charge ${charge.id} did not succeed, so it cannot be refunded.`, {
      code: 'charge_not_refundable',
    })
  }
  if ([...context.store.where('dispute', 'charge', charge.id)].some((each) => !each.is_charge_refundable)) {
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
  const amountMinor = request.amountMinor ?? leftMinor
  if (amountMinor < 1) {
    throw new StripeApiError('Invalid positive integer', {
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
  const refund = buildRefund(context.ids, {
    charge,
    amountMinor,
    reason: request.reason,
    metadata: request.metadata,
    created: context.clock.now(),
  })
  const refunded: Stripe.Charge = {
    ...charge,
    amount_refunded: charge.amount_refunded + amountMinor,
    refunded: amountMinor === leftMinor,
  }
  const acknowledged: Stripe.Refund = {
    ...refund,
    destination_details: {
      card: {
        reference: refund.id.slice(-16).toUpperCase(),
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
  }
  context.store.put('refund', acknowledged)
  context.store.put('charge', refunded)
  context.emit('refund.created', refund)
  context.emit('charge.refunded', refunded, {
    amount_refunded: charge.amount_refunded,
    ...(refunded.refunded ? { refunded: false } : {}),
  })
  context.emit('refund.updated', acknowledged, {
    destination_details: { card: { reference: null, reference_status: 'pending' } },
  })
  if (refunded.refunded) settleSuspicions(context, charge.id)
  return acknowledged
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
