import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { Store } from '../store/store.ts'
import { idOf } from '../store/tables.ts'
import { recordRefundFailure } from './balance.ts'
import { previousAttributes } from './previous-attributes.ts'
import { saveChanges } from './save-changes.ts'
import { type TestCard, testCardByFingerprint } from './test-cards.ts'

/**
 * The states of a refund. All of them count as refunded but the last:
 *
 * pending   → succeeded   the bank confirms it
 * succeeded → failed      the bank sends it back: the money returns to the balance, and the charge has it again
 *
 * A card refund begins as `succeeded` or, with one test card, as `pending`; what comes later comes by the clock, once.
 */
export type RefundStep = 'confirm' | 'fail'

/** How long the bank of a test card takes. Seconds. */
const answersAfterSeconds = 5

/** What the bank will do with a refund, and when (unix seconds); null when it has said everything. */
export function nextRefundStep(
  world: { store: Store },
  refund: Stripe.Refund,
): { step: RefundStep; at: number } | null {
  const at = refund.created + answersAfterSeconds
  if (refund.status === 'pending') return { step: 'confirm', at }
  const isToFail =
    refund.status === 'succeeded' && refundsOf(world, idOf(refund.charge) ?? '') === 'fail_later'
  return isToFail ? { step: 'fail', at } : null
}

/** How the refunds of a charge go, by its test card. One that only released a hold moved nothing that a bank could send back. */
export function refundsOf({ store }: { store: Store }, chargeId: string): TestCard['refunds'] {
  const charge = store.get('charge', chargeId)
  if (charge?.captured === false) return 'succeed'
  const fingerprint = charge?.payment_method_details?.card?.fingerprint ?? ''
  return testCardByFingerprint(fingerprint)?.refunds ?? 'succeed'
}

/** The bank has the refund: its reference by which a holder can ask for it. */
export function acknowledgeRefund(context: Context, refund: Stripe.Refund): Stripe.Refund {
  const { pending_reason: _, ...settled } = refund
  return changeRefund(context, refund, {
    ...settled,
    destination_details: {
      card: {
        reference: refund.id.slice(-16).toUpperCase(),
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
    status: 'succeeded',
  })
}

/** The bank sends the money back: `refund.failed`, and what was refunded of the charge is its own again. */
export function failRefund(context: Context, refund: Stripe.Refund): void {
  const failed: Stripe.Refund = {
    ...refund,
    failure_balance_transaction: recordRefundFailure(context, refund).id,
    failure_reason: 'expired_or_canceled_card',
    status: 'failed',
  }
  context.store.put('refund', failed)
  const charge = context.store.get('charge', idOf(refund.charge) ?? '')
  if (charge === undefined) throw new Error(`refund ${refund.id} has no charge`)
  context.emit('refund.failed', failed)
  announceUpdate(context, refund, failed)
  saveChanges(
    context,
    'charge',
    charge,
    { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false },
    'charge.updated',
  )
}

/** Stores a changed refund and announces it. */
export function changeRefund(context: Context, before: Stripe.Refund, after: Stripe.Refund): Stripe.Refund {
  context.store.put('refund', after)
  announceUpdate(context, before, after)
  return after
}

/** Each change is told twice: under today's name and, for what is attached to a charge, under the older one. */
function announceUpdate(context: Context, before: Stripe.Refund, after: Stripe.Refund): void {
  const previous = previousAttributes(before, after)
  if (previous === undefined) return
  context.emit('refund.updated', after, previous)
  context.emit('charge.refund.updated', after, previous)
}
