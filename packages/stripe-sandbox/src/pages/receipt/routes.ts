import { Hono } from 'hono'
import { readReceipt } from '../../billing/hosted-invoice.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { pdfAnswer } from '../pdf/pdf-answer.ts'
import { receiptPage } from './page.ts'
import { receiptDocument } from './pdf-document.ts'

/** Receipts of charges: what `receipt_url` points to, and the same as a PDF. */
export function receiptRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.get(paths.receipt(':chargeId'), (http) => {
    const receipt = readReceipt(http.get('context'), http.req.param('chargeId') ?? '')
    return receipt ? http.html(receiptPage(receipt)) : http.html(noticePage(unknown), 404)
  })
  app.get(paths.receiptPdf(':chargeId'), (http) => {
    const receipt = readReceipt(http.get('context'), http.req.param('chargeId') ?? '')
    if (!receipt) return http.html(noticePage(unknown), 404)
    const name = receipt.hosted?.invoice.number ?? receipt.charge.id
    return pdfAnswer(http, `Receipt-${name}`, receiptDocument(receipt))
  })
  return app
}

const unknown = {
  kind: 'bad',
  title: 'No such receipt',
  text: 'Only payments that went through have a receipt.',
} as const
