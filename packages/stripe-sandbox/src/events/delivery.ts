/** One event on its way to one recipient. Times are unix seconds except where the name says ms. */
export interface Delivery {
  id: string
  /** An event of API v1, or a thin one. */
  eventId: string
  /** A webhook endpoint, or an event destination of API v2. */
  endpointId: string
  attempts: DeliveryAttempt[]
  /** null once delivered or given up. */
  nextAttemptAtMs: number | null
  deliveredAt: number | null
  /** What goes wrong with it on purpose; left out when nothing does. */
  trouble?: DeliveryTrouble
}

export interface DeliveryAttempt {
  at: number
  /** HTTP status of the endpoint's answer; null when there was none. */
  status: number | null
  error: string | null
  /** From the first byte sent to the last one received, in milliseconds. Attempts of older versions have none. */
  tookMs?: number
  /** How the endpoint's answer begins; empty when it said nothing. */
  answer?: string
}

/** Decided when the event is made, so that chance follows the order of the requests and not that of the deliveries. */
export interface DeliveryTrouble {
  /** The faults that struck it, by name. */
  faults: readonly string[]
  /** A second delivery of what was also delivered in the ordinary way: counts neither as pending nor as a success. */
  isRepeat?: true
  /** The first attempt waits for the others of the same moment and goes out in this order, one after the other. */
  window?: { opensAtMs: number; place: number }
  /** What is wrong with the first so many attempts. */
  signature?: { signedWith: 'old_secret' | 'unknown_secret'; attempts: number }
  alteredBody?: { attempts: number }
}
