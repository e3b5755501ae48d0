import { Hono } from 'hono'
import { idOf } from '../../store/tables.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { pdfAnswer } from '../pdf/pdf-answer.ts'
import { creditNoteDocument } from './pdf-document.ts'

/** Credit notes as documents to keep: what their `pdf` points to. */
export function creditNoteRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.get(paths.creditNotePdf(':creditNoteId'), (http) => {
    const { store } = http.get('context')
    const note = store.get('credit_note', http.req.param('creditNoteId') ?? '')
    const invoice = note && store.get('invoice', idOf(note.invoice) ?? '')
    return note && invoice
      ? pdfAnswer(http, `Credit-note-${note.number}`, creditNoteDocument(note, invoice))
      : http.html(noticePage(unknown), 404)
  })
  return app
}

const unknown = {
  kind: 'bad',
  title: 'No such credit note',
  text: 'The sandbox was perhaps started with other data since it was issued.',
} as const
