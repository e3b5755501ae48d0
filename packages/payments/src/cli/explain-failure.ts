import { isConnectionLost, isRefused } from '../db/errors.ts'

/** Errors whose message is made for the person at the terminal; their stack would only be in the way. */
const TOLD_BY_MESSAGE = new Set([
  'ConfigurationError',
  'DataDirectoryInUse',
  'MigrationError',
  'OperatorError',
  'WrongAccountError',
  'WrongModeError',
])

/** By name: the SDK is not loaded for a command that does without. */
const REFUSED_KEY = new Set(['StripeAuthenticationError', 'StripePermissionError'])

/** A command cannot go on for a reason outside the code; `message` says what to do. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/** What a command prints on its way out: a message where the person can act on it, the whole error where it is our fault. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (TOLD_BY_MESSAGE.has(error.name)) return error.message
  if (isRefused(error)) return `The database refuses us: ${error.message}. Check DATABASE_URL.`
  if ('type' in error && REFUSED_KEY.has(String(error.type))) {
    return `Stripe refuses the key: ${error.message} Check STRIPE_SECRET_KEY; \`billhook doctor\` says more.`
  }
  if (isConnectionLost(error)) {
    const reason = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message
    return `The database cannot be reached: ${reason}. Check DATABASE_URL and that the server runs.`
  }
  return error.stack ?? error.message
}
