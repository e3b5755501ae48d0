import { z } from '@hono/zod-openapi'
import { instantSchema } from './subscription.ts'

export const transactionsQuerySchema = z.object({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
    .default('20')
    .transform(Number)
    .openapi({
      param: { name: 'limit', in: 'query' },
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 20,
      example: 20,
    }),
  starting_after: z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9_]+$/, 'must be an id such as pi_xxxxxx')
    .optional()
    .openapi({
      param: { name: 'starting_after', in: 'query' },
      description: 'Id of the last transaction of the page before.',
      example: 'pi_xxxxxx',
    }),
})

const EXAMPLE = {
  id: 'in_xxxxxx',
  type: 'invoice',
  status: 'paid',
  amount: 2999,
  currency: 'usd',
  description: 'Invoice ABC-0001',
  created_at: '2024-01-01T00:00:00Z',
  receipt_url: null,
  hosted_invoice_url: 'https://invoice.stripe.com/i/xxxxxx',
  invoice_pdf: 'https://pay.stripe.com/invoice/xxxxxx/pdf',
} as const

const transactionSchema = z
  .object({
    id: z.string(),
    type: z.enum(['payment', 'refund', 'invoice']),
    status: z.string().openapi({ description: "Stripe's status of this payment, refund or invoice." }),
    amount: z.int().openapi({
      description:
        "Minor units of `currency`. Of payments and refunds never negative: `type` says which way the money went. Of an invoice its total: negative when it credits more than it bills, as after a change to a cheaper plan. Then no money went either way; the credit is in the customer's balance, and pays for invoices to come.",
    }),
    currency: z.string(),
    description: z.string().nullable(),
    created_at: instantSchema,
    receipt_url: z.string().nullable(),
    hosted_invoice_url: z.string().nullable(),
    invoice_pdf: z.string().nullable(),
  })
  .openapi('Transaction', { example: EXAMPLE })

export const transactionsSchema = z
  .object({ data: z.array(transactionSchema), has_more: z.boolean() })
  .openapi('Transactions', { example: { data: [EXAMPLE], has_more: false } })
