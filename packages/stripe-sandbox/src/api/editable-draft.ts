import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** A draft, whose lines may still be changed. @throws StripeApiError invoice_not_editable once it is finalized. */
export function editableDraft(context: Context, id: string, param = 'invoice'): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id, param)
  if (invoice.status === 'draft') return invoice
  throw new StripeApiError('Invalid invoice: This invoice is no longer editable', {
    code: 'invoice_not_editable',
    param: 'invoice',
  })
}
