import type { Clock } from '../domain/clock.ts'
import { type Target, type TargetOptions, targetsOf } from '../outbox/targets.ts'
import type { ReconcileSettings } from './reconcile.ts'
import type { RetentionSettings } from './retention.ts'

export interface DrainSettings {
  /**
   * How long an event waits for others of its customer, in milliseconds, before all are worked off with one look at Stripe. 0: not at
   * all, which costs several times the calls.
   */
  settleMs: number
}

export interface JobSettings {
  drain: DrainSettings
  reconcile: ReconcileSettings
  retention: RetentionSettings
  /** Who is told what happens. */
  targets: readonly Target[]
}

export interface JobOptions {
  /** How events are worked off; everything has a default. */
  drain?: Partial<DrainSettings>
  /** Who is told what happens: functions of this process, and signed HTTP deliveries. */
  outbox?: TargetOptions
  /** How the mirror learns what no webhook told; everything has a default. */
  reconcile?: Partial<ReconcileSettings>
  /** How long what is settled is kept; everything has a default. */
  retention?: Partial<RetentionSettings>
}

/** @throws RangeError for an endpoint that could never be delivered to, or that asks for what there is not */
export function jobSettingsOf(
  { drain, reconcile, retention, outbox = {} }: JobOptions,
  clock: Clock,
): JobSettings {
  return {
    drain: { settleMs: 1_000, ...drain },
    reconcile: { feed: 'beside', feedEveryMs: 60_000, sweepEveryMs: 6 * 60 * 60_000, ...reconcile },
    retention: { eventDays: 90, outboxDays: 90, ...retention },
    targets: targetsOf(outbox, clock),
  }
}
