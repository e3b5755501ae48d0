import { Hono } from 'hono'
import { readReceipt } from '../../billing/hosted-invoice.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { receiptPage } from './page.ts'

/** Receipts of charges: what `receipt_url` points to. */
export function receiptRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.get(paths.receipt(':chargeId'), (http) => {
    const context = http.get('context')
    const receipt = readReceipt(context, http.req.param('chargeId') ?? '')
    return receipt ? http.html(receiptPage(receipt)) : http.html(noticePage(unknown), 404)
  })
  return app
}

const unknown = {
  kind: 'bad',
  title: 'No such receipt',
  text: 'Only payments that went through have a receipt.',
} as const
