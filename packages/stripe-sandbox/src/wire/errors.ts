/** Stripe's `error.type` values (stripe@23.1.0, RawErrorType). */
export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'

export interface StripeApiErrorOptions {
  /** HTTP status of the answer. Default 400. */
  status?: number
  type?: ErrorType
  code?: string
  /** The parameter to blame, in Stripe's bracket notation: `line_items[0][price]`. */
  param?: string
  declineCode?: string
  /** Further fields of the error hash, such as `charge` or `payment_intent`. */
  extra?: Record<string, unknown>
  /**
   * Commits what the handler wrote although the answer is an error. A declined card needs it: the failed charge and the
   * payment intent's `last_payment_error` stay.
   */
  keepsWrites?: boolean
  /** Headers of the answer, beside those of every answer. */
  headers?: Readonly<Record<string, string>>
  /** False when Stripe would not remember this answer under an Idempotency-Key: the request never began to run. */
  isRemembered?: boolean
}

/** An error answer in Stripe's envelope. Thrown by handlers and by the wire itself. */
export class StripeApiError extends Error {
  readonly status: number
  readonly type: ErrorType
  readonly code: string | undefined
  readonly param: string | undefined
  readonly declineCode: string | undefined
  readonly extra: Record<string, unknown>
  readonly keepsWrites: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly isRemembered: boolean

  constructor(message: string, options: StripeApiErrorOptions = {}) {
    super(message)
    this.name = 'StripeApiError'
    this.status = options.status ?? 400
    this.type = options.type ?? 'invalid_request_error'
    this.code = options.code
    this.param = options.param
    this.declineCode = options.declineCode
    this.extra = options.extra ?? {}
    this.keepsWrites = options.keepsWrites ?? false
    this.headers = options.headers ?? {}
    this.isRemembered = options.isRemembered ?? true
  }

  /** The body of the answer. `request_log_url` names the request as Stripe's does. @param at unix seconds. */
  toBody(requestId: string, at: number): { error: Record<string, unknown> } {
    return {
      error: {
        ...(this.code === undefined ? {} : { code: this.code }),
        ...(this.declineCode === undefined ? {} : { decline_code: this.declineCode }),
        ...(this.code === undefined ? {} : { doc_url: docUrl(this.code) }),
        message: this.message,
        ...(this.param === undefined ? {} : { param: this.param }),
        ...this.extra,
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}?t=${at}`,
        type: this.type,
      },
    }
  }
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
}
