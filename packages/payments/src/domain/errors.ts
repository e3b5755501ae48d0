/**
 * The catalogue of expected errors: code → HTTP status, sentence for a person, remedy for the one who operates or integrates.
 * Anything not in here is unexpected: it is thrown, logged once at the edge with its request or event id, and answered 500.
 */
export const ERRORS = {
  validation_failed: [400, 'The request is not valid.', 'See `errors` for each field.'],
  malformed_json: [
    400,
    'The request body is not valid JSON.',
    'Send a JSON object with Content-Type: application/json.',
  ],
  unknown_price: [
    400,
    'This price is not available.',
    'List the products or plans and use an id from there.',
  ],
  price_not_recurring: [
    400,
    'This price is a one-time price; use the one-time checkout.',
    'POST /payments/create-checkout-session-onetime.',
  ],
  price_not_one_time: [
    400,
    'This price is a subscription price; use the subscription checkout.',
    'POST /payments/create-checkout-session.',
  ],
  product_price_mismatch: [
    400,
    'This price does not belong to this product.',
    'Send the product id that lists the price.',
  ],
  already_subscribed: [
    400,
    'User already has an active subscription. Cancel existing subscription first.',
    'Open the billing portal to change or cancel it.',
  ],
  no_customer: [
    400,
    'No billing account yet: there is no plan or purchase history for this user.',
    'Start a checkout first.',
  ],
  stripe_refused: [
    400,
    'Stripe refused this request.',
    'See the log line with this request id for what Stripe said.',
  ],
  invalid_return_path: [
    400,
    'The return path must be a path on this site.',
    'Send a path such as /welcome; never another origin.',
  ],
  webhook_invalid_payload: [
    400,
    'Invalid payload.',
    'Stripe must reach this URL with the raw, unchanged body.',
  ],
  webhook_invalid_signature: [
    400,
    'Invalid signature.',
    'Put the signing secret of this endpoint into WEBHOOK_SECRET.',
  ],
  https_required: [
    400,
    'This service is reached over HTTPS only.',
    'Use https://, or set TRUSTED_PROXIES when a proxy ends TLS.',
  ],
  unauthenticated: [401, 'A valid access token is required.', 'Send Authorization: Bearer <access token>.'],
  invalid_token: [
    401,
    'The access token is not valid or has expired.',
    'Log in again and send the new token.',
  ],
  forbidden: [403, 'Your role does not allow this.', 'Ask an administrator for a role that does.'],
  no_subscription: [404, 'No active subscription found.', 'Nothing to cancel.'],
  unknown_checkout_session: [
    404,
    'No such checkout session.',
    'Use the session id that the checkout of this user returned.',
  ],
  unknown_event: [404, 'No such event.', 'List the events with GET /payments/admin/events.'],
  unknown_app_event: [404, 'No such app event.', 'List them with GET /payments/admin/outbox.'],
  unknown_target: [404, 'No such target.', 'List them with GET /payments/admin/outbox/targets.'],
  unknown_duplicate: [404, 'No such case.', 'List them with GET /payments/admin/duplicates.'],
  not_found: [404, 'No such path.', 'See /docs for every endpoint.'],
  method_not_allowed: [405, 'This path does not take this method.', 'See /docs for every endpoint.'],
  request_in_progress: [
    409,
    'The same request is still being worked on.',
    'Wait as long as Retry-After says, then send it again.',
  ],
  idempotency_key_reused: [
    409,
    'This Idempotency-Key was used for another request.',
    'Use a new key for a new request.',
  ],
  event_processed: [
    409,
    'This event was processed already.',
    'There is nothing to ignore; retry it to fetch again what it rang for.',
  ],
  body_incomplete: [
    400,
    'The request body ended before its declared length.',
    'Send the whole body; the connection broke off.',
  ],
  body_timeout: [
    408,
    'The request body did not arrive in time.',
    'Send the whole body without pauses, on a connection that is fast enough.',
  ],
  body_too_large: [
    413,
    'The request body is too large.',
    'API requests take up to 100 KB, webhooks up to 1 MB.',
  ],
  rate_limited: [429, 'Too many requests.', 'Wait as long as Retry-After says.'],
  internal_error: [
    500,
    'Something went wrong on our side.',
    'Try again; name the request id when you report it.',
  ],
  stripe_unavailable: [
    503,
    'The payment provider cannot be reached right now. Nothing was charged.',
    'Wait as long as Retry-After says.',
  ],
  database_unavailable: [
    503,
    'The service cannot reach its database right now.',
    'Wait as long as Retry-After says.',
  ],
  auth_unavailable: [
    503,
    'Access tokens cannot be checked right now: the login service cannot be reached.',
    'Wait as long as Retry-After says; check JWT_JWKS_URL when it lasts.',
  ],
  stopping: [503, 'The service is restarting.', 'Wait as long as Retry-After says.'],
  request_timeout: [503, 'The request took too long.', 'Wait as long as Retry-After says.'],
} as const satisfies Record<string, readonly [status: number, sentence: string, remedy: string]>

export type ErrorCode = keyof typeof ERRORS

/** An expected error. `detail` replaces the catalogue's sentence where a better one is known; it never carries a secret. */
export class DomainError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly retryAfterSeconds: number | null
  /** For validation_failed: which field, and what is wrong with it. */
  readonly fields: readonly { path: string; message: string }[]

  constructor(
    code: ErrorCode,
    options: {
      detail?: string
      retryAfterSeconds?: number
      fields?: readonly { path: string; message: string }[]
      cause?: unknown
    } = {},
  ) {
    const [status, sentence] = ERRORS[code]
    super(options.detail ?? sentence, { cause: options.cause })
    this.name = 'DomainError'
    this.code = code
    this.status = status
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
    this.fields = options.fields ?? []
  }
}
