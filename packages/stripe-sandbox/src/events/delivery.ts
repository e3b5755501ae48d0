/** One event on its way to one webhook endpoint. Times are unix seconds except where the name says ms. */
export interface Delivery {
  id: string
  eventId: string
  endpointId: string
  attempts: DeliveryAttempt[]
  /** null once delivered or given up. */
  nextAttemptAtMs: number | null
  deliveredAt: number | null
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
