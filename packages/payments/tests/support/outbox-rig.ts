import pino from 'pino'
import { beforeEach } from 'vitest'
import { lockAccess } from '../../src/db/queries/access.ts'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { claimQueues } from '../../src/db/queries/outbox-queues.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { Transition } from '../../src/domain/transitions.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import type { Target } from '../../src/outbox/targets.ts'
import { type OutboxContext, workQueue } from '../../src/outbox/work-queue.ts'
import { type StandingClock, standingClock } from './clock.ts'
import { type TestDatabase, useDatabase } from './database.ts'

export interface OutboxRig {
  readonly database: TestDatabase
  readonly clock: StandingClock
  context(): OutboxContext
  /** Makes these the targets of what is told from now on. */
  name(...targets: Target[]): Promise<void>
  /** Stores one event of this owner, as a sync does. */
  tell(ownerId: string, name: string): Promise<void>
  /** Works off whatever is due, until nothing is. Several may do so at once. */
  deliver(...targets: Target[]): Promise<void>
  /** `name status failures` of every delivery, in the order of the events. */
  deliveries(): Promise<string[]>
}

/** The delivering half of the product on a real database. Nothing runs by itself. */
export function useOutbox(): OutboxRig {
  const database = useDatabase({ maxConnections: 20 })
  const clock = standingClock()

  beforeEach(async () => {
    await database.db.pool.query(
      'truncate billhook.outbox, billhook.outbox_keys, billhook.outbox_targets, billhook.outbox_target_types, billhook.outbox_deliveries, billhook.outbox_queues, billhook.access',
    )
  })

  const rig: OutboxRig = {
    database,
    clock,
    context: () => ({
      ...{ db: database.db, clock, log: pino({ level: 'silent' }), random: () => 0.5 },
      metrics: createMetrics({ withProcess: false }),
      installationId: '01234567-89ab-cdef-0123-456789abcdef',
    }),
    async name(...targets) {
      await claimTargets(database.db.query, targets, clock.now(), new Date(0))
    },
    async tell(ownerId, name) {
      await inTransaction(database.db, async (tx) => {
        await lockAccess(tx, ownerId)
        await insertTransitions(tx, ownerId, [transitionOf(name)], clock.now())
      })
    },
    async deliver(...targets) {
      for (;;) {
        let isIdle = true
        for (const target of targets) {
          for (const queue of await claimQueues(database.db.query, target.name, clock.now(), 3)) {
            isIdle = false
            await workQueue(rig.context(), target, queue)
          }
        }
        if (isIdle) return
      }
    },
    async deliveries() {
      const { rows } = await database.db.pool.query<{ line: string }>(
        `select (o.payload ->> 'price_id') || ' ' || d.status || ' ' || d.attempts as line
          from billhook.outbox_deliveries d join billhook.outbox o on o.id = d.outbox_id order by o.id, d.target`,
      )
      return rows.map(({ line }) => line)
    },
  }
  return rig
}

/** Its name is the price. */
export function transitionOf(name: string): Transition {
  const at = '2026-11-23T12:00:00Z'
  const payload = {
    ...{ subscription_id: 'sub_1', status: 'canceled', price_id: name, quantity: 1 },
    ...{ current_period_start: at, current_period_end: at, ends_at: null, trial_end: null },
  }
  return { type: 'subscription.canceled', dedupeKey: `subscription.canceled:${name}`, payload }
}
