import type Stripe from 'stripe'
import { deleteDraft } from '../billing/delete-draft.ts'
import { finalizeByHand } from '../billing/finalize-by-hand.ts'
import { markUncollectible } from '../billing/mark-uncollectible.ts'
import { voidInvoice } from '../billing/void-invoice.ts'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

// What a person may do to an invoice, and what is refused: draft → open → paid | void | uncollectible, uncollectible → paid | void.
// The refusals are Stripe's own sentences; they have no code.

type Path = Record<string, string>

export function finalizeHandler(
  context: Context,
  { auto_advance: isAdvanced }: Stripe.InvoiceFinalizeInvoiceParams,
  { id = '' }: Path,
): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.status !== 'draft') {
    throw new StripeApiError("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
  }
  const draft = { ...invoice, auto_advance: isAdvanced ?? invoice.auto_advance ?? false }
  const open = finalizeByHand(context, draft)
  if (open.status === 'open' && open.auto_advance && open.collection_method === 'send_invoice') {
    context.emit('invoice.sent', open)
  }
  return open
}

/** Finalizes a draft first. Nothing is mailed: the event tells that it would have been. */
export function sendHandler(context: Context, _: object, { id = '' }: Path): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.collection_method !== 'send_invoice') {
    throw new StripeApiError(
      "You can only manually send an invoice if its collection method is 'send_invoice'.",
    )
  }
  if (invoice.status !== 'draft' && invoice.status !== 'open') {
    throw new StripeApiError(
      'This invoice cannot be sent right now. Please contact us via https://support.stripe.com/contact with details, so we can help.',
    )
  }
  const open = invoice.status === 'draft' ? finalizeByHand(context, invoice) : invoice
  context.emit('invoice.sent', open)
  return open
}

export function voidHandler(context: Context, _: object, { id = '' }: Path): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.status === 'open' || invoice.status === 'uncollectible') return voidInvoice(context, invoice)
  throw invoice.status === 'paid'
    ? new StripeApiError('Invoices with `paid` payments cannot be voided.')
    : notOpen()
}

export function markUncollectibleHandler(context: Context, _: object, { id = '' }: Path): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.status === 'open') return markUncollectible(context, invoice)
  throw invoice.status === 'uncollectible'
    ? new StripeApiError('This invoice has already been marked uncollectible.')
    : notOpen()
}

export function deleteHandler(context: Context, _: object, { id = '' }: Path): Stripe.DeletedInvoice {
  const invoice = existing(context, 'invoice', id)
  if (invoice.status !== 'draft') throw new StripeApiError('You can only delete draft invoices.')
  if (invoice.parent?.type === 'subscription_details' && invoice.billing_reason !== 'manual') {
    throw new StripeApiError(
      "You can't delete invoices created by subscriptions. Finalize the invoice and void it instead.",
    )
  }
  return deleteDraft(context, invoice)
}

function notOpen(): StripeApiError {
  return new StripeApiError("You can only pass in open invoices. This invoice isn't open.")
}
