import { isConnectionLost } from '../db/errors.ts'

/** Errors whose message is made for the person at the terminal; their stack would only be in the way. */
const TOLD_BY_MESSAGE = new Set([
  'ConfigurationError',
  'DataDirectoryInUse',
  'MigrationError',
  'OperatorError',
  'WrongModeError',
])

/** A command cannot go on for a reason outside the code; `message` says what to do. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/** What a command prints on its way out: a message where the person can act on it, the whole error where it is our fault. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (TOLD_BY_MESSAGE.has(error.name)) return error.message
  if (isConnectionLost(error)) {
    const reason = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message
    return `The database cannot be reached: ${reason}. Check DATABASE_URL and that the server runs.`
  }
  return error.stack ?? error.message
}
