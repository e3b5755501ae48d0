import { type Decoded, flag, list, nullable, number, object, text } from './decode.ts'
import { request } from './request.ts'

const transactions = object({
  data: list(
    object({
      id: text,
      type: text,
      status: text,
      amount: number,
      currency: text,
      description: nullable(text),
      created_at: text,
      receipt_url: nullable(text),
      hosted_invoice_url: nullable(text),
      invoice_pdf: nullable(text),
    }),
  ),
  has_more: flag,
})

export type TransactionPage = Decoded<typeof transactions>
export type Transaction = TransactionPage['data'][number]

/** Payments, refunds and invoices, newest first. `startingAfter` is the last id of the page before. */
export function getTransactions(
  startingAfter: string | null,
  signal?: AbortSignal,
): Promise<TransactionPage> {
  const query = new URLSearchParams({ limit: '10' })
  if (startingAfter !== null) query.set('starting_after', startingAfter)
  return request(
    transactions,
    'GET',
    `/payments/transactions?${query}`,
    signal === undefined ? {} : { signal },
  )
}
