/**
 * What can go wrong, each with its own settings. Those with a `?` have the default that the README's table names. This is the
 * shape in code and in the JSON of `/_sandbox/faults` alike.
 */
export type Fault = RequestFault | ListFault | EventFault | DeliveryFault

/** Faults of one answer of the API. */
export type RequestFault =
  /** The connection is reset before anything is done. */
  | { fault: 'reset_connection' }
  /** The work is done; then the connection is closed instead of an answer. */
  | { fault: 'lose_answer' }
  /** The work is done; the answer breaks off in its middle. */
  | { fault: 'truncate_answer' }
  /** There is no answer until the client gives up. Default: before the work, so that nothing is ever done. */
  | { fault: 'stall'; when?: When }
  /** The work is done at once, and answered late. Default 1000 ms. */
  | { fault: 'slow_answer'; delayMs?: number }
  /** A 500. After the work, it is also what the Idempotency-Key answers from then on. Default: before the work. */
  | { fault: 'server_error'; when?: When }
  /** A 429 with the code `rate_limit`; with a `Retry-After` header when seconds are given. */
  | { fault: 'rate_limit'; retryAfterSeconds?: number }
  /** A 429 with the code `lock_timeout`: somebody else works on the object. */
  | { fault: 'lock_timeout'; retryAfterSeconds?: number }
  /** A 409, as if the first request with this key were still running. Strikes requests that have a key. */
  | { fault: 'idempotency_key_in_use' }
  /** Search does not find what was created within the last so many seconds. Default 60. */
  | { fault: 'search_lag'; lagSeconds?: number }

/** Faults of a list that the API answers. */
export type ListFault =
  /** Nothing in it, and nothing more to come. */
  | { fault: 'empty_list' }
  /** Only the first elements of the page. Default: 1, and `has_more: false`, as if there were no others. */
  | { fault: 'short_list'; keep?: number; hasMore?: boolean }

/** Faults of the events that tell of a change, whoever gets them. */
export type EventFault =
  /** Two different events, with ids of their own, for one change. */
  | { fault: 'duplicate_event' }
  /** All events within so many seconds of the first one have its `created`. Default 60. */
  | { fault: 'same_second'; windowSeconds?: number }

/** Faults of one event on its way to one endpoint. */
export type DeliveryFault =
  /** Delivered as usual, and once more. Default: at once. */
  | { fault: 'deliver_twice'; afterMs?: number }
  /**
   * Everything within a window is held and then sent one by one, in another order. Default: 200 ms, reversed; `shuffled`
   * draws the order.
   */
  | { fault: 'deliver_out_of_order'; windowMs?: number; order?: 'reversed' | 'shuffled' }
  /** The first attempt is made late. Default 1000 ms. */
  | { fault: 'deliver_late'; lateMs?: number }
  /** Never delivered: the event is in the lists, and stays among those with `delivery_success=false`. */
  | { fault: 'deliver_never' }
  /** While an endpoint has two secrets, signed with the old one only. Default: the first attempt. */
  | { fault: 'sign_with_old_secret'; attempts?: number }
  /** Signed with a secret that nobody has. Default: the first attempt. */
  | { fault: 'wrong_signature'; attempts?: number }
  /** The body says something else than what was signed. Default: the first attempt. */
  | { fault: 'alter_body'; attempts?: number }

export type When = 'before_work' | 'after_work'
export type FaultName = Fault['fault']

/** When a fault strikes. A rule without any of these strikes always. */
export type FaultRule = Fault & {
  /** 0 to 1: how likely it strikes what it matches. Default 1. */
  probability?: number
  /** How often it strikes at most. Default: for ever. */
  count?: number
  /** How many matches it lets pass first. Default 0. */
  skip?: number
  where?: FaultFilter
}

/** What a rule is narrowed to; `*` stands for any text in `path` and `eventType`. */
export interface FaultFilter {
  /** Of requests and lists: `GET`, `POST` or `DELETE`. */
  method?: string
  /** Of requests and lists, without the query: `/v1/customers`, `/v1/subscriptions/*`. */
  path?: string
  /** Of events and deliveries: `invoice.paid`, `customer.*`. Thin events by their own names: `v1.invoice.paid`. */
  eventType?: string
  /** Of deliveries: the id or the URL of a webhook endpoint or event destination. */
  endpoint?: string
  /** `cus_…`: named by the request or owning what it is about; owning what the event is about. */
  customer?: string
}

/** A rule as it lies in the store, with what has become of it. */
export type StoredFaultRule = FaultRule & {
  id: string
  /** How often it could have struck. */
  matched: number
  /** How often it did. */
  struck: number
  /** End of the running window by what it belongs to, unix milliseconds; `created` of its first event. */
  windows?: Readonly<Record<string, { endsAtMs: number; held: number; created: number }>>
}

/** The seeded generator: everything that is left to chance is drawn from it, in the order of the requests. */
export interface DrawnSoFar {
  id: 'chance'
  seed: number
  state: number
}
