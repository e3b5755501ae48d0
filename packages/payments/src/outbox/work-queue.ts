import type { Database } from '../db/connect.ts'
import {
  type ClaimedQueue,
  finishQueue,
  forgetDelivery,
  keepQueue,
  markDelivered,
  markFailed,
  nextDelivery,
  type PendingDelivery,
} from '../db/queries/outbox-queues.ts'
import { type AppEvent, appEventOf } from '../domain/app-events.ts'
import type { Clock } from '../domain/clock.ts'
import type { Logger } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { askedBackoffMs, MOST_ATTEMPTS } from './backoff.ts'
import { DeliveryFailed } from './post.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Target } from './targets.ts'

/*
 * Works off one queue: what waits for one owner at one target, in the order in which it was stored.
 *
 *   waiting ──claim──▶ claimed for a minute ──▶ first pending event ──delivered──▶ the next one
 *      ▲                       │                        │ failed: the whole queue waits, longer each time
 *      ├───────────────────────┴────────────────────────┤ failed too often: dead, and the next one goes on
 *      └────────────────────────────────────────────────┘ the target wants its type no more: passed over, and the next one goes on
 *
 * The claim is a lease with a token: whoever lost it (a process that slept) marks nothing any more. A process that dies between the
 * answer and the mark leaves the event pending, and it is delivered again under the same id: at least once, never out of order.
 */
export interface OutboxContext {
  db: Database
  clock: Clock
  log: Logger
  metrics: Metrics
  installationId: string
  /** 0 ≤ random < 1. */
  random(): number
}

/** Then others get their turn. */
const EVENTS_AT_A_TIME = 50

/** `failed`: the target took an event not, and its next ones wait. */
export type QueueOutcome = 'worked' | 'failed' | 'lost'

export async function workQueue(
  context: OutboxContext,
  target: Target,
  queue: ClaimedQueue,
): Promise<QueueOutcome> {
  const { db, clock } = context
  for (let count = 0; count < EVENTS_AT_A_TIME; count++) {
    if (!(await keepQueue(db.query, queue, clock.now()))) return 'lost'
    const delivery = await nextDelivery(db.query, queue)
    if (!delivery) return (await finishQueue(db, queue, clock.now())) ? 'worked' : 'lost'
    const outcome = await handOver(context, target, queue, delivery)
    if (outcome !== 'worked') return outcome
  }
  return (await finishQueue(db, queue, clock.now())) ? 'worked' : 'lost'
}

async function handOver(
  context: OutboxContext,
  target: Target,
  queue: ClaimedQueue,
  delivery: PendingDelivery,
): Promise<QueueOutcome> {
  if (!delivery.isWanted) return (await forgetDelivery(context.db, queue, delivery)) ? 'worked' : 'lost'
  const error = await attempt(target, appEventOf(delivery, context.installationId))
  return error === null
    ? await succeeded(context, queue, delivery)
    : await failed(context, queue, delivery, error)
}

async function attempt(target: Target, event: AppEvent): Promise<Error | null> {
  try {
    await target.deliver(event)
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function succeeded(
  { db, clock, metrics }: OutboxContext,
  queue: ClaimedQueue,
  delivery: PendingDelivery,
): Promise<QueueOutcome> {
  if (!(await markDelivered(db, queue, delivery, clock.now()))) return 'lost'
  metrics.outboxDeliveries.inc({ result: 'delivered' })
  return 'worked'
}

async function failed(
  { db, clock, log, metrics, random }: OutboxContext,
  queue: ClaimedQueue,
  delivery: PendingDelivery,
  error: Error,
): Promise<QueueOutcome> {
  const failures = delivery.attempts + 1
  const isDead = failures >= MOST_ATTEMPTS
  const now = clock.now()
  const askedMs = error instanceof DeliveryFailed ? retryAfterMs(error.retryAfter, now) : null
  const waitMs = isDead ? 0 : askedBackoffMs(failures, random(), askedMs)
  const failure = { error: describe(error), isDead, dueAt: new Date(now.getTime() + waitMs), now }
  if (!(await markFailed(db, queue, delivery, failure))) return 'lost'
  metrics.outboxDeliveries.inc({ result: isDead ? 'dead' : 'failed' })
  const line = {
    target: queue.target,
    ownerId: queue.ownerId,
    event: delivery.outboxId,
    type: delivery.type,
    failures,
    err: error,
  }
  if (isDead) log.error(line, 'App event given up: an operator has to retry it')
  else log.warn(line, 'App event was not taken, will be sent again')
  return isDead ? 'worked' : 'failed'
}

/** For the operator who looks at the row. */
function describe(error: Error): string {
  return (error instanceof DeliveryFailed ? error.message : String(error)).slice(0, 1_000)
}
