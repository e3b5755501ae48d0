import type { Database } from '../db/connect.ts'
import { insertEvents, type NewEvent } from '../db/queries/events.ts'
import { DomainError } from '../domain/errors.ts'

/**
 * Group commit. Deliveries that arrive while a commit is under way wait together and share the next one: the cost of a commit (a
 * write to disk) and of a statement is paid per batch and not per event, and nobody waits for a timer. Under no load a
 * delivery is its own batch, sent at once.
 *
 *   waiting  → the batch is full or a lane is free →  in flight  → committed: every waiter learns whether its event was new
 *                                                               → failed: every waiter gets the error; nothing was stored
 *
 * Two lanes: while PostgreSQL flushes one batch, it already works on the other. The queue is bounded, because a database that
 * answers slowly must not fill the memory: beyond it a delivery is refused, and Stripe sends it again.
 */
export interface Inbox {
  /**
   * Resolves when the event is committed. Throws `database_unavailable` when too many wait already, and whatever the
   * database threw: then the event is not known to be stored, and Stripe must be told so.
   */
  store(event: NewEvent): Promise<'stored' | 'duplicate'>
  /** Whether deliveries crowd in: what else this process does had better wait a little. */
  isCrowded(): boolean
}

export interface InboxOptions {
  db: Database
  /** Called after each commit that left something for the drain. */
  onStored(): void
}

interface Waiter {
  event: NewEvent
  resolve(outcome: 'stored' | 'duplicate'): void
  reject(error: unknown): void
}

const LANES = 2
const BATCH = 64
/** So many in one commit are a crowd. */
const CROWD = 8
/** 4 KB each, 1 MB at most each: with the body limit this bounds the memory. */
const MOST_WAITING = 1_000

export function createInbox({ db, onStored }: InboxOptions): Inbox {
  const waiting: Waiter[] = []
  let lanesInUse = 0
  let lastBatch = 0

  function store(event: NewEvent): Promise<'stored' | 'duplicate'> {
    if (waiting.length >= MOST_WAITING) {
      return Promise.reject(new DomainError('database_unavailable', { retryAfterSeconds: 1 }))
    }
    return new Promise((resolve, reject) => {
      waiting.push({ event, resolve, reject })
      // After the current turn, so that deliveries that arrived in the same one travel together.
      if (waiting.length === 1 && lanesInUse < LANES) setImmediate(sendNext)
    })
  }

  function sendNext(): void {
    if (lanesInUse >= LANES || waiting.length === 0) return
    const batch = waiting.splice(0, BATCH)
    lastBatch = batch.length
    lanesInUse++
    commit(db, batch).then((leavesWork) => {
      lanesInUse--
      sendNext()
      // After the lane is free: whoever looks must not take this batch for a crowd that is still coming.
      if (leavesWork) onStored()
    })
    sendNext()
  }

  return { store, isCrowded: () => lanesInUse > 0 && lastBatch >= CROWD }
}

/** Tells every waiter, and says whether there is something for the drain. Never rejects. */
async function commit(db: Database, batch: readonly Waiter[]): Promise<boolean> {
  try {
    const stored = await insertEvents(
      db,
      batch.map((waiter) => waiter.event),
    )
    const leavesWork = batch.some(({ event }) => stored.has(event.id) && event.ignoredBecause === null)
    for (const waiter of batch) waiter.resolve(stored.delete(waiter.event.id) ? 'stored' : 'duplicate')
    return leavesWork
  } catch (error) {
    for (const waiter of batch) waiter.reject(error)
    return false
  }
}
