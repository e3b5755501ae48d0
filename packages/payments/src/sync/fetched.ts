import type { Tx } from '../db/connect.ts'
import type { Doorbell } from '../domain/doorbell.ts'
import type { Transition } from '../domain/transitions.ts'
import type { SyncContext } from './context.ts'

/** Whose mirror is written. */
export interface Owner {
  ownerId: string
  stripeCustomerId: string
}

export interface WriteScope extends Owner {
  /** Time of the write: one for the whole transaction. */
  now: Date
}

/** What one look at Stripe brought, ready to be written in a transaction that comes later. */
export interface Fetched {
  /** Whose it is, as Stripe says; null when it is nobody's. Undefined for what does not exist any more. */
  stripeCustomerId?: string | null
  /**
   * When (Unix seconds) what it tells at first sight had happened at the latest. Absent: whenever, so that it counts as news. Not for a row that
   * is mirrored: what differs from that happened since.
   */
  happenedBy?: number
  /** What is fetched along with it, because it usually changed at the same moment. */
  related: readonly Doorbell[]
  /** What came whole in the same answer, so that nobody has to ask for it. */
  brought?: readonly FetchedResource[]
  /**
   * Writes the row and says what that changed. Sends its statements at once (`together`): those of whatever is written after it are on their
   * way behind them before it has an answer.
   */
  write(tx: Tx, scope: WriteScope): Promise<Transition[]>
}

/** The same, with what it is. */
export interface FetchedResource extends Fetched {
  doorbell: Doorbell
}

/** Looks at Stripe. Holds no database connection. `owner` is whose lease is held. */
export type Fetch = (context: SyncContext, id: string, owner: Owner) => Promise<Fetched>
