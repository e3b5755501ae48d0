import type { DeliveryTrouble } from './delivery.ts'
import type { Recipient } from './recipient.ts'

/** What may go wrong when a change is announced. Asked in the transaction of the change: what is undone was never drawn. */
export interface EventTrouble {
  /** @param now what `created` would be, unix seconds. */
  ofEvent: (event: AnnouncedEvent, now: number) => { copies: number; created: number }
  /** @param nowMs real time. Undefined when nothing goes wrong. */
  ofDelivery: (event: AnnouncedEvent, to: Recipient, nowMs: number) => TroubledDelivery | undefined
}

/** What a rule may narrow its faults by. */
export interface AnnouncedEvent {
  type: string
  customer: string | null
}

export interface TroubledDelivery {
  trouble: DeliveryTrouble
  /** When to send it for the first time; null for never. */
  firstAttemptAtMs: number | null
  /** When to send it once more; null for not at all. */
  repeatAtMs: number | null
}
