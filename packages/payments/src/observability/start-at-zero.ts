import { APP_EVENT_TYPES } from '../domain/app-event-types.ts'
import { MIRRORED_RESOURCES } from '../domain/doorbell.ts'
import type { Metrics } from './metrics.ts'

/**
 * `increase` and `rate` see nothing of a series that begins with its first occurrence, which for rare things is the one that matters: every
 * series whose labels we know is there from the start. Not those of others' words: API versions, and what Stripe calls its resources.
 */
export function startAtZero(metrics: Metrics): void {
  for (const result of ['stored', 'duplicate', 'refused']) metrics.webhookEvents.inc({ result }, 0)
  for (const result of ['processed', 'ignored', 'retried', 'dead']) metrics.drainedEvents.inc({ result }, 0)
  for (const result of ['delivered', 'failed', 'dead']) metrics.outboxDeliveries.inc({ result }, 0)
  for (const type of APP_EVENT_TYPES) metrics.transitions.inc({ type }, 0)
  for (const resource of MIRRORED_RESOURCES) {
    for (const found_by of ['feed', 'sweep']) metrics.drift.inc({ resource, found_by }, 0)
  }
  for (const resource of SWEPT) metrics.sweepCompared.inc({ resource }, 0)
}

/** What the sweep's parts list (reconcile/sweep-parts.ts). */
const SWEPT = ['subscription', 'invoice', 'checkout_session', 'dispute']
