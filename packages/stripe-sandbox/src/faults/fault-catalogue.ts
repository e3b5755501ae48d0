import type { FaultFilter, FaultName } from './fault-rule.ts'

export type FaultScope = 'request' | 'list' | 'event' | 'delivery'

/** A setting of a fault: a number within limits, or one of some values. */
export type FaultSetting =
  | { default: number | null; least: number; most: number; isWhole: true }
  | { default: string | boolean; oneOf: readonly (string | boolean)[] }

export interface FaultDescription {
  /** What it strikes. */
  scope: FaultScope
  /** What happens, in one line for people. */
  what: string
  settings: Readonly<Record<string, FaultSetting>>
}

const when: FaultSetting = { default: 'before_work', oneOf: ['before_work', 'after_work'] }
const retryAfterSeconds = whole(null, 0, 3600)
const attempts = whole(1, 1, 1000)

/** Every fault, for validation, for `GET /_sandbox/faults` and for pages that offer them. */
export const faultCatalogue: Readonly<Record<FaultName, FaultDescription>> = {
  reset_connection: request('The connection is reset before anything is done.'),
  lose_answer: request('The work is done, then the connection is closed without an answer.'),
  truncate_answer: request('The work is done, and the answer breaks off in its middle.'),
  stall: request('There is no answer until the client gives up.', { when }),
  slow_answer: request('The work is done at once and answered late.', { delayMs: whole(1000, 0, 600_000) }),
  server_error: request('A 500, before the work or after it.', { when }),
  rate_limit: request('A 429 with the code rate_limit.', { retryAfterSeconds }),
  lock_timeout: request('A 429 with the code lock_timeout.', { retryAfterSeconds }),
  idempotency_key_in_use: request('A 409, as if the first request with the key were still running.'),
  search_lag: request('Search does not find what is too young.', { lagSeconds: whole(60, 1, 86_400) }),
  empty_list: { scope: 'list', what: 'A list that should not be empty is.', settings: {} },
  short_list: {
    scope: 'list',
    what: 'A page of a list is cut short.',
    settings: { keep: whole(1, 0, 100), hasMore: { default: false, oneOf: [true, false] } },
  },
  duplicate_event: { scope: 'event', what: 'Two different events tell of one change.', settings: {} },
  same_second: {
    scope: 'event',
    what: 'All events of a window have the same created.',
    settings: { windowSeconds: whole(60, 1, 86_400) },
  },
  deliver_twice: delivery('Delivered, and once more.', { afterMs: whole(0, 0, 600_000) }),
  deliver_out_of_order: delivery('What is due within a window is sent in another order.', {
    windowMs: whole(200, 1, 600_000),
    order: { default: 'reversed', oneOf: ['reversed', 'shuffled'] },
  }),
  deliver_late: delivery('The first attempt is made late.', { lateMs: whole(1000, 0, 86_400_000) }),
  deliver_never: delivery('Never delivered, and listed as undelivered.'),
  sign_with_old_secret: delivery('Signed with the old secret only, while there are two.', { attempts }),
  wrong_signature: delivery('Signed with a secret that nobody has.', { attempts }),
  alter_body: delivery('The body is another than the one that was signed.', { attempts }),
}

/** What the rules of a scope may be narrowed by. */
export const filtersOf: Readonly<Record<FaultScope, readonly (keyof FaultFilter)[]>> = {
  request: ['method', 'path', 'customer'],
  list: ['method', 'path', 'customer'],
  event: ['eventType', 'customer'],
  delivery: ['eventType', 'endpoint', 'customer'],
}

function request(what: string, settings: FaultDescription['settings'] = {}): FaultDescription {
  return { scope: 'request', what, settings }
}

function delivery(what: string, settings: FaultDescription['settings'] = {}): FaultDescription {
  return { scope: 'delivery', what, settings }
}

function whole(byDefault: number | null, least: number, most: number): FaultSetting {
  return { default: byDefault, least, most, isWhole: true }
}
