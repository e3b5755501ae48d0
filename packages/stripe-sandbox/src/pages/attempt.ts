import type { PaymentOutcome } from '../billing/outcomes.ts'
import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'

/**
 * One payment as one store transaction. A card that plays what the sandbox does not do yet is refused by an error: nothing
 * is kept then, and the buyer reads it at the card.
 */
export function attempt(context: Context, pay: () => PaymentOutcome): PaymentOutcome {
  try {
    return context.store.transaction(pay)
  } catch (error) {
    if (!(error instanceof StripeApiError)) throw error
    return { outcome: 'declined', message: error.message, code: error.code ?? '', declineCode: null }
  }
}
