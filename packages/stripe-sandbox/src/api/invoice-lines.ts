import type Stripe from 'stripe'
import { itemOfLine, saveDraft, withItem, withLines, withoutItem } from '../billing/draft-lines.ts'
import type { Context } from '../context.ts'
import { buildLineTax } from '../objects/invoice-line-item.ts'
import { idOf } from '../store/tables.ts'
import { notSupportedYet, parameterInvalid, resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { editableDraft } from './editable-draft.ts'
import { changedItem, type ItemParameters } from './invoice-item-terms.ts'
import { deleteItem, newItem } from './invoice-items.ts'
import { taxRatesOf } from './subscription-lines.ts'

type Path = Record<string, string>
type At = (param: string) => string

/** Each line is an invoice item: one that waits, or a new one. */
export function addLines(
  context: Context,
  { lines, invoice_metadata: metadata }: Stripe.InvoiceAddLinesParams,
  { id = '' }: Path,
): Stripe.Invoice {
  const draft = editableDraft(context, id, 'id')
  const longer = lines.reduce((invoice, line, index) => {
    const at: At = (param) => `lines[${index}][${param}]`
    return withItem(context, invoice, itemToAdd(context, draft, line, at))
  }, draft)
  return saveDraft(context, draft, withMetadata(longer, metadata))
}

export function updateLines(
  context: Context,
  { lines, invoice_metadata: metadata }: Stripe.InvoiceUpdateLinesParams,
  { id = '' }: Path,
): Stripe.Invoice {
  const draft = editableDraft(context, id, 'id')
  const changed = lines.reduce((invoice, { id: lineId, ...parameters }, index) => {
    const at: At = (param) => `lines[${index}][${param}]`
    return changedLine(context, invoice, lineOf(invoice, lineId, at('id')), parameters, at)
  }, draft)
  return saveDraft(context, draft, withMetadata(changed, metadata))
}

/** Answers the line, not the invoice. */
export function updateLine(
  context: Context,
  parameters: Stripe.InvoiceUpdateLineItemParams,
  { id = '', line: lineId = '' }: Path,
): Stripe.InvoiceLineItem {
  const draft = editableDraft(context, id, 'id')
  const line = lineOf(draft, lineId, 'id')
  const saved = saveDraft(
    context,
    draft,
    changedLine(context, draft, line, parameters, (param) => param),
  )
  return lineOf(saved, lineId, 'id')
}

/** `delete` ends the invoice item behind a line, `unassign` lets it wait for another invoice. */
export function removeLines(
  context: Context,
  { lines, invoice_metadata: metadata }: Stripe.InvoiceRemoveLinesParams,
  { id = '' }: Path,
): Stripe.Invoice {
  const draft = editableDraft(context, id, 'id')
  const shorter = lines.reduce((invoice, { id: lineId, behavior }, index) => {
    const item = context.store.get(
      'invoiceitem',
      itemOfLine(lineOf(invoice, lineId, `lines[${index}][id]`)) ?? '',
    )
    if (item === undefined) {
      throw parameterInvalid(
        `lines[${index}][id]`,
        `The line ${lineId} bills a subscription and cannot be removed.`,
      )
    }
    if (behavior === 'delete') deleteItem(context, item)
    else context.store.put('invoiceitem', { ...item, invoice: null })
    return withoutItem(invoice, item.id)
  }, draft)
  return saveDraft(context, draft, withMetadata(shorter, metadata))
}

function itemToAdd(
  context: Context,
  draft: Stripe.Invoice,
  { invoice_item: id, ...parameters }: ItemParameters & { invoice_item?: string },
  at: At,
): Stripe.InvoiceItem {
  if (id === undefined) {
    const customer = existing(context, 'customer', idOf(draft.customer) ?? '')
    const { currency } = draft
    const item = newItem(
      context,
      parameters,
      { customer, currency, subscription: null, invoice: draft.id },
      at,
    )
    context.emit('invoiceitem.created', item)
    return item
  }
  const item = existing(context, 'invoiceitem', id, at('invoice_item'))
  if (item.invoice !== null || idOf(item.customer) !== idOf(draft.customer)) {
    throw new StripeApiError(`The invoice item ${id} does not wait for an invoice of this customer.`, {
      param: at('invoice_item'),
    })
  }
  if (item.currency !== draft.currency) {
    throw new StripeApiError(`You cannot combine currencies on a single invoice.`, {
      param: at('invoice_item'),
    })
  }
  const added = { ...changedItem(context, item, parameters, at), invoice: draft.id }
  context.store.put('invoiceitem', added)
  return added
}

function changedLine(
  context: Context,
  draft: Stripe.Invoice,
  line: Stripe.InvoiceLineItem,
  parameters: ItemParameters,
  at: At,
): Stripe.Invoice {
  const item = context.store.get('invoiceitem', itemOfLine(line) ?? '')
  if (item === undefined) return withChangedPeriodLine(context, draft, line, parameters, at)
  const changed = changedItem(context, item, parameters, at)
  context.store.put('invoiceitem', changed)
  return withItem(context, draft, changed)
}

/** A line without an invoice item bills the period of a subscription's item: what it costs is the subscription's affair. */
function withChangedPeriodLine(
  context: Context,
  draft: Stripe.Invoice,
  line: Stripe.InvoiceLineItem,
  parameters: ItemParameters,
  at: At,
): Stripe.Invoice {
  const { description, metadata, tax_rates: rates } = parameters
  for (const param of ['amount', 'discountable', 'period', 'pricing', 'quantity'] as const) {
    if (parameters[param] === undefined) continue
    throw notSupportedYet(`Changing ${param} of a line that bills a subscription's period`, at(param))
  }
  const changed: Stripe.InvoiceLineItem = {
    ...line,
    description: description ?? line.description,
    metadata: mergedMetadata(line.metadata, metadata),
    taxes:
      rates === undefined
        ? line.taxes
        : taxRatesOf(context, rates || [], at('tax_rates')).map((rate) =>
            buildLineTax(rate.id, rate.inclusive, 0, 0),
          ),
  }
  return withLines(
    draft,
    draft.lines.data.map((each) => (each.id === line.id ? changed : each)),
  )
}

function lineOf(invoice: Stripe.Invoice, id: string, param: string): Stripe.InvoiceLineItem {
  const line = invoice.lines.data.find((each) => each.id === id)
  if (line === undefined) throw resourceMissing('invoice line item', id, param)
  return line
}

function withMetadata(
  draft: Stripe.Invoice,
  metadata: Stripe.Emptyable<Record<string, string>> | undefined,
): Stripe.Invoice {
  return { ...draft, metadata: mergedMetadata(draft.metadata ?? {}, metadata) }
}
