import type { Context } from '../context.ts'
import { chosenPrice } from './custom-amount.ts'
import type { BillingLine } from './invoice-lines.ts'
import { isMetered } from './usage/metered.ts'

/** What a session sells. A price keeps the amount that it had when the session was made: prices cannot change. */
export function checkoutLines(context: Context, sessionId: string): BillingLine[] {
  const { store } = context
  const lines = store.get('checkout_line_items', sessionId)?.data ?? []
  const taxRates = store.get('checkout_terms', sessionId)?.taxRates ?? {}
  return lines.flatMap((line) =>
    line.price === null
      ? []
      : [
          {
            price: chosenPrice(context, line.price, line),
            quantity: line.quantity ?? (isMetered(line.price) ? 0 : 1),
            metadata: line.metadata ?? {},
            taxRates: (taxRates[line.id] ?? []).flatMap((id) => store.get('tax_rate', id) ?? []),
          },
        ],
  )
}
