import type Stripe from 'stripe'
import { issueCreditNote } from '../billing/issue-credit-note.ts'
import { saveChanges } from '../billing/save-changes.ts'
import { simulate } from '../billing/simulate.ts'
import { voidCreditNote } from '../billing/void-credit-note.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { creditNoteParameters, creditNoteTerms } from './credit-note-terms.ts'

export const creditNoteRoutes: readonly Route[] = [
  defineRoute<Stripe.CreditNoteCreateParams>({
    method: 'POST',
    path: '/v1/credit_notes',
    supports: creditNoteParameters,
    handle: issue,
  }),
  defineRoute<Stripe.CreditNoteListParams>({
    method: 'GET',
    path: '/v1/credit_notes',
    supports: ['customer', 'invoice', 'created', 'created.*'],
    handle: list,
  }),
  defineRoute<Stripe.CreditNotePreviewParams>({
    method: 'GET',
    path: '/v1/credit_notes/preview',
    supports: creditNoteParameters,
    handle: preview,
  }),
  defineRoute<Stripe.CreditNoteListPreviewLineItemsParams>({
    method: 'GET',
    path: '/v1/credit_notes/preview/lines',
    supports: creditNoteParameters,
    handle: (context, parameters) =>
      embeddedList(preview(context, parameters).lines.data, parameters, '/v1/credit_notes/preview/lines'),
  }),
  defineRoute<Stripe.CreditNoteRetrieveParams>({
    method: 'GET',
    path: '/v1/credit_notes/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'credit_note', id),
  }),
  defineRoute<Stripe.CreditNoteUpdateParams>({
    method: 'POST',
    path: '/v1/credit_notes/:id',
    supports: ['memo', 'metadata.*'],
    handle: (context, { memo, metadata }, { id = '' }) => {
      const note = existing(context, 'credit_note', id)
      const changed: Stripe.CreditNote = {
        ...note,
        memo: memo ?? note.memo,
        metadata: mergedMetadata(note.metadata ?? {}, metadata),
      }
      return saveChanges(context, 'credit_note', note, changed, 'credit_note.updated')
    },
  }),
  defineRoute<Stripe.CreditNoteListLineItemsParams>({
    method: 'GET',
    path: '/v1/credit_notes/:id/lines',
    supports: [],
    handle: (context, parameters, { id = '' }) => {
      const { lines } = existing(context, 'credit_note', id)
      return embeddedList(lines.data, parameters, lines.url)
    },
  }),
  defineRoute<Stripe.CreditNoteVoidCreditNoteParams>({
    method: 'POST',
    path: '/v1/credit_notes/:id/void',
    supports: [],
    handle: (context, _, { id = '' }) => voidCreditNote(context, existing(context, 'credit_note', id)),
  }),
]

function issue(context: Context, parameters: Stripe.CreditNoteCreateParams): Stripe.CreditNote {
  const invoice = existing(context, 'invoice', parameters.invoice, 'invoice')
  return issueCreditNote(context, invoice, creditNoteTerms(context, invoice, parameters))
}

/** The credit note that would come of it; nothing of it is kept. */
function preview(context: Context, parameters: Stripe.CreditNotePreviewParams): Stripe.CreditNote {
  return simulate(context, context.clock.now(), (simulated) => issue(simulated, parameters))
}

function list(context: Context, parameters: Stripe.CreditNoteListParams): Stripe.ApiList<Stripe.CreditNote> {
  const { customer, invoice, created } = parameters
  checkNamed(context, { customer, invoice })
  const { store } = context
  return page(context, 'credit_note', {
    url: '/v1/credit_notes',
    parameters,
    among:
      (invoice !== undefined && store.where('credit_note', 'invoice', invoice)) ||
      (customer !== undefined && store.where('credit_note', 'customer', customer)) ||
      store.all('credit_note'),
    filter: (note) =>
      (customer === undefined || idOf(note.customer) === customer) && inRange(note.created, created),
  })
}
