import type { Clock } from '../domain/clock.ts'
import { type Target, type TargetOptions, targetsOf } from '../outbox/targets.ts'
import type { ReconcileSettings } from './reconcile.ts'
import type { RetentionSettings } from './retention.ts'

export interface JobSettings {
  reconcile: ReconcileSettings
  retention: RetentionSettings
  /** Who is told what happens. */
  targets: readonly Target[]
}

export interface JobOptions {
  /** Who is told what happens: functions of this process, and signed HTTP deliveries. */
  outbox?: TargetOptions
  /** How the mirror learns what no webhook told; everything has a default. */
  reconcile?: Partial<ReconcileSettings>
  /** How long what is settled is kept; everything has a default. */
  retention?: Partial<RetentionSettings>
}

/** @throws RangeError for an endpoint that could never be delivered to */
export function jobSettingsOf({ reconcile, retention, outbox = {} }: JobOptions, clock: Clock): JobSettings {
  return {
    reconcile: { feed: 'beside', feedEveryMs: 60_000, sweepEveryMs: 6 * 60 * 60_000, ...reconcile },
    retention: { eventDays: 90, outboxDays: 90, ...retention },
    targets: targetsOf(outbox, clock),
  }
}
