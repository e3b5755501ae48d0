import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildRefund } from '../objects/refund.ts'
import { idOf } from '../store/tables.ts'
import { announceCaptured } from './announce-charge.ts'
import { recordCharge } from './balance.ts'

/**
 * Money that a bank holds for the merchant, who has seven days to take it:
 *
 * requires_capture → succeeded   the merchant captures all or a part; the rest is released
 * requires_capture → canceled    the merchant cancels, or the seven days pass
 *
 * Nothing is on the balance before the capture. A released hold shows as a refund that moved nothing.
 */
const holdSeconds = 7 * 86_400

/** A charge whose money is held and not taken. */
export function asHold(context: Context, charge: Stripe.Charge): Stripe.Charge {
  const { card } = charge.payment_method_details ?? {}
  return {
    ...charge,
    amount_captured: 0,
    captured: false,
    payment_method_details: {
      type: 'card',
      ...charge.payment_method_details,
      ...(card === undefined ? {} : { card: { ...card, capture_before: context.clock.now() + holdSeconds } }),
    },
  }
}

/** When a hold ends by itself, unix seconds; null for a charge that is none, or none any more. */
export function holdEndsAt(charge: Stripe.Charge): number | null {
  if (charge.status !== 'succeeded' || charge.captured || charge.refunded) return null
  return charge.payment_method_details?.card?.capture_before ?? null
}

/** Takes held money: `charge.captured`, `payment_intent.succeeded`. */
export function captureHold(
  context: Context,
  intent: Stripe.PaymentIntent,
  amountMinor: number,
): Stripe.PaymentIntent {
  const hold = holdOf(context, intent)
  const { capture_before: _, ...card } = hold.payment_method_details?.card ?? {}
  const taken: Stripe.Charge = {
    ...hold,
    amount_captured: amountMinor,
    captured: true,
    // A boundary of the type system: a card's details without one optional field are a card's details.
    payment_method_details: {
      type: 'card',
      ...hold.payment_method_details,
      card: card as Stripe.Charge.PaymentMethodDetails.Card,
    },
  }
  const charge: Stripe.Charge = { ...taken, balance_transaction: recordCharge(context, taken).id }
  const captured: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: 0,
    amount_received: amountMinor,
    status: 'succeeded',
  }
  context.store.put('charge', charge)
  context.store.put('payment_intent', captured)
  announceCaptured(context, charge)
  context.emit('payment_intent.succeeded', captured)
  return captured
}

/** Gives held money free: a refund that moved nothing. Announces the charge, not the intent. */
export function releaseHold(context: Context, hold: Stripe.Charge, why: 'canceled' | 'expired'): void {
  const refund = buildRefund(context.ids, {
    charge: hold,
    amountMinor: hold.amount,
    reason: why === 'expired' ? 'expired_uncaptured_charge' : null,
    metadata: {},
    created: context.clock.now(),
    isPending: false,
  })
  const released: Stripe.Charge = { ...hold, amount_refunded: hold.amount, refunded: true }
  context.store.put('refund', refund)
  context.store.put('charge', released)
  context.emit('refund.created', refund)
  if (why === 'expired') context.emit('charge.expired', released)
  else context.emit('charge.refunded', released, { amount_refunded: 0, refunded: false })
}

/** The charge that holds the money of an intent. */
export function holdOf(context: Context, intent: Stripe.PaymentIntent): Stripe.Charge {
  const charge = context.store.get('charge', idOf(intent.latest_charge) ?? '')
  if (charge === undefined) throw new Error(`intent ${intent.id} holds no money`)
  return charge
}
