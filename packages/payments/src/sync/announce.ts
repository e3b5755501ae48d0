import type { Transition } from '../domain/transitions.ts'
import type { SyncContext } from './context.ts'

/** After the commit: counts what was stored in the outbox, and says it to whoever reads the log. */
export function announce(
  { log, metrics }: Pick<SyncContext, 'log' | 'metrics'>,
  ownerId: string,
  transitions: readonly Transition[],
): void {
  for (const { type, dedupeKey } of transitions) {
    metrics.transitions.inc({ type })
    const line = { ownerId, transition: dedupeKey }
    if (type === 'duplicate_subscription.detected') {
      log.warn(line, 'The owner has more than one subscription that bills: end one of them')
    } else {
      log.info(line, 'Transition')
    }
  }
}
