import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { warnOfFraud } from './fraud-warnings.ts'
import { openDispute } from './open-dispute.ts'
import { testCardByFingerprint } from './test-cards.ts'

/** A charge has the money, or holds it; `charge.succeeded`, and what the holder of its test card does about it. */
export function announceCharge(context: Context, charge: Stripe.Charge): void {
  context.emit('charge.succeeded', charge)
  if (charge.captured) afterCapture(context, charge)
}

/** Held money was taken; `charge.captured`, and the same that follows any capture. */
export function announceCaptured(context: Context, charge: Stripe.Charge): void {
  context.emit('charge.captured', charge)
  afterCapture(context, charge)
}

/** Banks dispute and suspect what was captured, within a second of it. */
function afterCapture(context: Context, charge: Stripe.Charge): void {
  const card = testCardByFingerprint(charge.payment_method_details?.card?.fingerprint ?? '')
  switch (card?.afterCharge) {
    case undefined:
    case 'nothing':
      return
    case 'disputed_as_fraudulent':
      openDispute(context, charge, {
        kind: 'chargeback',
        reason: 'fraudulent',
        amountMinor: charge.amount_captured,
      })
      return
    case 'disputed_as_not_received':
      openDispute(context, charge, {
        kind: 'chargeback',
        reason: 'product_not_received',
        amountMinor: charge.amount_captured,
      })
      return
    case 'inquired':
      openDispute(context, charge, {
        kind: 'inquiry',
        reason: 'fraudulent',
        amountMinor: charge.amount_captured,
      })
      return
    case 'disputed_twice': {
      // Two halves: the holder cannot have more back than was paid.
      const halfMinor = Math.floor(charge.amount_captured / 2)
      for (const amountMinor of [charge.amount_captured - halfMinor, halfMinor]) {
        openDispute(context, charge, { kind: 'chargeback', reason: 'fraudulent', amountMinor })
      }
      return
    }
    case 'suspected':
      warnOfFraud(context, charge)
  }
}
