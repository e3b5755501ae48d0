/** SQLSTATEs that mean "this server cannot serve anybody now", by PostgreSQL's names. */
const SERVER_UNAVAILABLE = new Set([
  '25006', // read_only_sql_transaction: a failover left us on a standby
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: it starts up or recovers
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout: the connection is gone
])

const LOCK_NOT_AVAILABLE = '55P03'

const TOO_SLOW = new Set([
  '57014', // query_canceled, by statement_timeout
  '40P01', // deadlock_detected: others were let through instead
  LOCK_NOT_AVAILABLE, // by lock_timeout
])

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT', // the server's unix socket is not there
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** SQLSTATEs that mean "not with this DATABASE_URL": waiting does not help, unless somebody mends it meanwhile. */
const REFUSED = new Set([
  '28000', // invalid_authorization_specification: this user may not connect from here
  '28P01', // invalid_password
  '3D000', // invalid_catalog_name: there is no such database
  '42501', // insufficient_privilege
])

/** A file that is missing has ENOENT too. */
const SOCKET_CALLS = new Set(['connect', 'read', 'write', 'getaddrinfo'])

/** What `pg` and its pool throw without any code. */
const DRIVER_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
]

const UNIQUE_VIOLATION = '23505'
const CHECK_VIOLATION = '23514'

/** Whether the row is there already; with `constraint`, whether that one says so. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (codeOf(error) !== UNIQUE_VIOLATION) return false
  return constraint === undefined || (error as { constraint?: unknown }).constraint === constraint
}

/** A row does not belong into the partition that it was sent to, because there is another one for it by now. */
export function isPartitionChanged(error: unknown): boolean {
  return codeOf(error) === CHECK_VIOLATION && !(error as { constraint?: unknown }).constraint
}

/** Others held the lock for longer than `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE
}

/** The server cannot be reached, went away in the middle, or turns everybody down: waiting helps, the request is not at fault. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError && error.errors.some(isConnectionLost)) return true
  const code = codeOf(error)
  if (code === null) return DRIVER_MESSAGES.some((message) => error.message.startsWith(message))
  if (SERVER_UNAVAILABLE.has(code) || isClass('08', code)) return true
  return NETWORK.has(code) && 'syscall' in error && SOCKET_CALLS.has(String(error.syscall))
}

/**
 * What is answered as 503 database_unavailable, and no fault of what was asked: the connection is lost, the server was too slow (somebody
 * rewrites a table), or its disk or memory is full.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return isConnectionLost(error) || TOO_SLOW.has(code) || isClass('53', code)
}

/** The server answers, and turns this user, password or database down. Its message names the user and the database, never the password. */
export function isRefused(error: unknown): error is Error & { code: string } {
  return REFUSED.has(codeOf(error) ?? '')
}

/** 08: connection exceptions, 53: insufficient resources. Five characters, so that no errno name is taken for one. */
function isClass(start: '08' | '53', code: string): boolean {
  return code.length === 5 && code.startsWith(start)
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
