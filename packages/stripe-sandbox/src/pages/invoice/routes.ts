import { Hono } from 'hono'
import { payHostedInvoice, readHostedInvoice } from '../../billing/hosted-invoice.ts'
import type { Context } from '../../context.ts'
import { attempt } from '../attempt.ts'
import { afterChallenge } from '../authentication/after-challenge.ts'
import { readForm, textOf } from '../form.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv, PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { pdfAnswer } from '../pdf/pdf-answer.ts'
import { declineErrors, readCard } from '../read-card.ts'
import { type InvoicePageState, invoicePage } from './page.ts'
import { invoiceDocument } from './pdf-document.ts'

/** The hosted page of an invoice, its Pay button, and the same invoice as a PDF. */
export function invoiceRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const path = paths.invoice(':invoiceId')

  app.get(path, (http) => {
    const context = http.get('context')
    const { problem, name } = afterChallenge(http.get('context'), http.req.query('authentication'))
    return show(context, http, { problem, name })
  })

  app.post(path, async (http) => {
    const context = http.get('context')
    const id = http.req.param('invoiceId') ?? ''
    const hosted = readHostedInvoice(context, id)
    if (hosted?.invoice.status !== 'open' || hosted.isBeingDebited) return show(context, http, {})
    const form = await readForm(http)
    const name = textOf(form, 'name')
    const typed = readCard(form, context.clock.now())
    if ('errors' in typed) return show(context, http, { name, errors: typed.errors }, 400)
    const outcome = attempt(context, () => payHostedInvoice(context, id, typed.read.card))
    switch (outcome.outcome) {
      case 'complete':
      case 'closed':
        return http.redirect(paths.invoice(id), 303)
      case 'requires_action':
        return http.redirect(paths.authentication(outcome.authenticationId), 303)
      case 'declined':
        return show(context, http, { name, errors: declineErrors(outcome) }, 402)
    }
  })

  app.get(paths.invoicePdf(':invoiceId'), (http) => {
    const context = http.get('context')
    const found = readHostedInvoice(context, http.req.param('invoiceId') ?? '')
    if (!found) return http.html(noticePage(unknown), 404)
    const name = found.invoice.number ?? found.invoice.id
    return pdfAnswer(http, `Invoice-${name}`, invoiceDocument(found))
  })
  return app
}

function show(
  context: Context,
  http: PageHttp,
  state: Partial<InvoicePageState>,
  status: 200 | 400 | 402 = 200,
): Response {
  const found = readHostedInvoice(context, http.req.param('invoiceId') ?? '')
  if (!found) return http.html(noticePage(unknown), 404)
  const fresh = { errors: {}, name: '', problem: null, now: context.clock.now() }
  return http.html(invoicePage(found, { ...fresh, ...state }), status)
}

const unknown = {
  kind: 'bad',
  title: 'No such invoice',
  text: 'It may not be finalized yet, or the sandbox was started with other data since it was made.',
} as const
