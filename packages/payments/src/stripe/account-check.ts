import Stripe from 'stripe'

/** The key is of another Stripe account than the one whose data the database holds. */
export class WrongAccountError extends Error {
  override readonly name = 'WrongAccountError'
}

/** Finds out once whether the key is of the account whose data the database holds. */
export interface AccountCheck {
  /**
   * Null when it is. Otherwise asks: rejects with WrongAccountError when it is not, and with what Stripe or the database threw when that
   * cannot be told now; the next caller asks again.
   */
  ensure(): Promise<void> | null
  /** Whether the last answer was that it is not. */
  isWrong(): boolean
}

export interface Refusal {
  status: number
  type: string
  message: string
}

/**
 * How a call is refused that is not let out for this. Another account's key is as good as one that Stripe does not take; what Stripe said of
 * the key itself, it says of this call too. Everything else passes.
 */
export function accountRefusal(error: unknown): Refusal {
  if (error instanceof WrongAccountError) {
    return { status: 401, type: 'invalid_request_error', message: error.message }
  }
  if (error instanceof Stripe.errors.StripeError) {
    const { statusCode: status, message } = error
    if (status === 401 || status === 403) return { status, type: 'invalid_request_error', message }
  }
  const message = 'Not sent: whose account the key is of cannot be told now.'
  return { status: 503, type: 'api_error', message }
}
