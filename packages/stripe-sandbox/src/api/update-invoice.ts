import type Stripe from 'stripe'
import { saveDraft, withDefaultTaxRates } from '../billing/draft-lines.ts'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'
import { customFields } from './create-invoice.ts'
import { advance, dueDate } from './invoice-terms.ts'
import { checkOwnCard } from './own-card.ts'
import { ownDiscounts } from './own-discounts.ts'
import { taxRatesOf } from './subscription-lines.ts'

type Parameters = Stripe.InvoiceUpdateParams

export const invoiceUpdateParameters = [
  'auto_advance',
  'automatically_finalizes_at',
  'collection_method',
  'custom_fields.*',
  'days_until_due',
  'default_payment_method',
  'default_tax_rates',
  'description',
  'discounts.coupon',
  'discounts.discount',
  'discounts.promotion_code',
  'due_date',
  'effective_at',
  'footer',
  'metadata.*',
  'statement_descriptor',
] as const

/** What may still be changed of a finalized invoice: nothing that it says to its reader. */
const changeableWhenOpen: ReadonlySet<string> = new Set([
  'auto_advance',
  'default_payment_method',
  'metadata',
])
const changeableWhenOver: ReadonlySet<string> = new Set(['metadata'])

export function updateInvoice(
  context: Context,
  parameters: Parameters,
  { id = '' }: Record<string, string>,
): Stripe.Invoice {
  const invoice = existing(context, 'invoice', id)
  checkChangeable(invoice, parameters)
  const card = parameters.default_payment_method
  if (card !== undefined) checkOwnCard(context, idOf(invoice.customer), card, 'default_payment_method')
  const changed: Stripe.Invoice = {
    ...invoice,
    default_payment_method: card ?? invoice.default_payment_method,
    metadata: mergedMetadata(invoice.metadata ?? {}, parameters.metadata),
  }
  return invoice.status === 'draft'
    ? saveDraft(context, invoice, changedDraft(context, changed, parameters))
    : saveChanges(context, 'invoice', invoice, advanced(context, changed, parameters), 'invoice.updated')
}

function checkChangeable(invoice: Stripe.Invoice, { expand: _, ...parameters }: Parameters): void {
  if (invoice.status === 'draft') return
  const changeable = invoice.status === 'open' ? changeableWhenOpen : changeableWhenOver
  const refused = Object.keys(parameters).find((name) => !changeable.has(name))
  if (refused === undefined) return
  throw new StripeApiError("Finalized invoices can't be updated in this way", { param: refused })
}

function changedDraft(context: Context, before: Stripe.Invoice, parameters: Parameters): Stripe.Invoice {
  const draft = { ...before, collection_method: parameters.collection_method ?? before.collection_method }
  const kept = { ...draft, due_date: draft.collection_method === 'send_invoice' ? draft.due_date : null }
  const finalizesAt = parameters.automatically_finalizes_at
  const customer = idOf(before.customer)
  const changed: Stripe.Invoice = {
    ...kept,
    ...advance(
      kept,
      parameters.auto_advance ?? (finalizesAt !== undefined || kept.auto_advance === true),
      finalizesAt ?? kept.automatically_finalizes_at ?? kept.created + context.settings.finalizeAfterSeconds,
    ),
    custom_fields:
      parameters.custom_fields === undefined ? kept.custom_fields : customFields(parameters.custom_fields),
    description: orKept(parameters.description, kept.description),
    discounts: ownDiscounts(context, parameters.discounts, kept.discounts, {
      buyer: { customer, currency: kept.currency, totalMinor: null },
      place: { customer, invoice: kept.id },
      param: 'discounts',
    }),
    due_date: dueDate(parameters, kept, { hasOwnTerms: kept.parent !== null }),
    effective_at: orKept(parameters.effective_at, kept.effective_at),
    footer: orKept(parameters.footer, kept.footer),
    statement_descriptor: orKept(parameters.statement_descriptor, kept.statement_descriptor),
  }
  if (parameters.default_tax_rates === undefined) return changed
  const rates = taxRatesOf(context, parameters.default_tax_rates || [], 'default_tax_rates')
  return withDefaultTaxRates(context, changed, rates)
}

/** An open invoice that is collected again is tried after the same time as a draft. */
function advanced(
  context: Context,
  open: Stripe.Invoice,
  { auto_advance: isAdvanced }: Parameters,
): Stripe.Invoice {
  if (isAdvanced === undefined || isAdvanced === open.auto_advance) return open
  const isCharged = isAdvanced && open.collection_method === 'charge_automatically'
  return {
    ...open,
    auto_advance: isAdvanced,
    next_payment_attempt: isCharged ? context.clock.now() + context.settings.finalizeAfterSeconds : null,
  }
}
