import type Stripe from 'stripe'
import { StripeApiError } from '../wire/errors.ts'

const day = 86_400

interface Terms {
  due_date?: number
  days_until_due?: number
}

/**
 * When an invoice is due, unix seconds; null for one that is charged. Days count from when it was made.
 * @param hasOwnTerms whether its subscription says how many days there are, counted from when it is finalized.
 * @throws StripeApiError when the one that is sent has no day, or one that is charged is given one.
 */
export function dueDate(
  { due_date: date, days_until_due: days }: Terms,
  invoice: Pick<Stripe.Invoice, 'collection_method' | 'created' | 'due_date'>,
  { hasOwnTerms = false } = {},
): number | null {
  if (invoice.collection_method !== 'send_invoice') {
    if (date === undefined && days === undefined) return null
    throw new StripeApiError(
      "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'.",
    )
  }
  if (date !== undefined && days !== undefined) {
    throw new StripeApiError("You can only specify one of 'due_date' and 'days_until_due'.")
  }
  if (days !== undefined && days < 0) {
    throw new StripeApiError('This value must be greater than or equal to 0.', { param: 'days_until_due' })
  }
  if (date !== undefined && date < invoice.created) {
    throw new StripeApiError('The due date must be in the future.', { param: 'due_date' })
  }
  const due = days === undefined ? (date ?? invoice.due_date) : invoice.created + days * day
  if (due !== null || hasOwnTerms) return due
  throw new StripeApiError(
    "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'.",
  )
}

/** What a draft says about when it goes on by itself: an hour after it was made, or at a moment of its own. */
export function advance(
  invoice: Stripe.Invoice,
  isAdvanced: boolean,
  finalizesAt: number,
): Pick<Stripe.Invoice, 'auto_advance' | 'automatically_finalizes_at' | 'next_payment_attempt'> {
  const isCharged = invoice.collection_method === 'charge_automatically'
  return {
    auto_advance: isAdvanced,
    automatically_finalizes_at: isAdvanced ? finalizesAt : null,
    next_payment_attempt: isAdvanced && isCharged ? finalizesAt : null,
  }
}
