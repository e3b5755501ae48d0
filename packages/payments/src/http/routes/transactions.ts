import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { findTransactionCursor, listTransactions } from '../../db/queries/transactions.ts'
import { DomainError } from '../../domain/errors.ts'
import { instant } from '../../domain/instant.ts'
import type { AppEnv, HttpContext } from '../context.ts'
import { guarded } from '../guarded.ts'
import { errorsOf } from '../schemas/error.ts'
import { transactionsQuerySchema, transactionsSchema } from '../schemas/transactions.ts'

export const transactionsRoute = createRoute({
  method: 'get',
  path: '/payments/transactions',
  operationId: 'listTransactions',
  tags: ['payments'],
  summary: "List the caller's payments, refunds and invoices",
  description:
    'Newest first, from the mirror. An invoice stands for its own payment and carries its receipt; a negative one is a credit, not a refund. Links to invoices end some weeks later.',
  security: [{ bearer: [] }],
  request: { query: transactionsQuerySchema },
  responses: {
    200: {
      description: 'One page.',
      content: { 'application/json': { schema: transactionsSchema } },
    },
    ...errorsOf(['validation_failed']),
  },
})

export function mountTransactions(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  const { db, guards } = context

  app.openapi(guarded(transactionsRoute, guards.read), async (c) => {
    const { ownerId } = c.get('principal')
    const { limit, starting_after: startingAfter } = c.req.valid('query')
    const after = startingAfter === undefined ? null : await findTransactionCursor(db, ownerId, startingAfter)
    if (startingAfter !== undefined && after === null) throw unknownCursor()
    // One row more than asked for tells whether there is a next page.
    const rows = await listTransactions(db, ownerId, { after, limit: limit + 1 })
    const data = rows.slice(0, limit).map((row) => ({
      id: row.id,
      type: row.type,
      status: row.status,
      amount: row.amountMinor,
      currency: row.currency,
      description: row.description,
      created_at: instant(row.createdAt),
      receipt_url: row.receiptUrl,
      hosted_invoice_url: row.hostedInvoiceUrl,
      invoice_pdf: row.invoicePdf,
    }))
    return c.json({ data, has_more: rows.length > limit }, 200)
  })
}

function unknownCursor(): DomainError {
  const message = 'no such transaction'
  return new DomainError('validation_failed', {
    detail: `starting_after: ${message}`,
    fields: [{ path: 'starting_after', message }],
  })
}
