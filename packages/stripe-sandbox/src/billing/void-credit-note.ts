import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { previousAttributes } from './previous-attributes.ts'
import { followRemaining } from './remaining.ts'

/**
 * Takes a credit note back (`credit_note.voided`): what it took off an open invoice is to be paid again.
 * @throws StripeApiError when the invoice is no longer open, or the note gave something back.
 */
export function voidCreditNote(context: Context, note: Stripe.CreditNote): Stripe.CreditNote {
  if (note.status === 'void') throw new StripeApiError('This credit note has already been voided.')
  const invoice = existing(context, 'invoice', idOf(note.invoice) ?? '')
  if (invoice.status !== 'open' || note.type !== 'pre_payment') {
    throw new StripeApiError('You can only void a credit note of an open invoice that gave nothing back.')
  }
  const voided: Stripe.CreditNote = { ...note, status: 'void', voided_at: context.clock.now() }
  context.store.put('credit_note', voided)
  context.emit('credit_note.voided', voided)
  const owed: Stripe.Invoice = {
    ...invoice,
    amount_due: invoice.amount_due + note.pre_payment_amount,
    amount_remaining: invoice.amount_remaining + note.pre_payment_amount,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount - note.pre_payment_amount,
  }
  context.store.put('invoice', owed)
  context.emit('invoice.updated', owed, previousAttributes(invoice, owed))
  followRemaining(context, owed)
  return voided
}
