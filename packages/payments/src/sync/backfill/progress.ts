import { type Running, restOf } from './lanes.ts'

export interface KindCounts {
  listed: number
  /** Those that were new to the mirror. */
  stored: number
  /** Of customers that are not ours; among the customers, those that name no owner. */
  foreign: number
}

export interface BackfillProgress {
  /** By resource. */
  counts: ReadonlyMap<string, KindCounts>
  /** Part of the account's time that was listed, 0 to 1: the mean over all kinds. Stripe does not say how many objects there are. */
  part: number
}

export function progressOf(stretches: readonly Running[], accountBegan: number, now: Date): BackfillProgress {
  const age = Math.floor(now.getTime() / 1000) - accountBegan
  const kinds = new Set(stretches.map(({ resource }) => resource))
  const whole = age * kinds.size
  const rest = stretches
    .filter(({ isFinished }) => !isFinished)
    .reduce((sum, stretch) => sum + Math.max(0, Math.min(restOf(stretch), age)), 0)
  return { counts: countsOf(stretches), part: whole <= 0 ? 1 : Math.max(0, 1 - rest / whole) }
}

export function countsOf(stretches: readonly Running[]): Map<string, KindCounts> {
  const counts = new Map<string, KindCounts>()
  for (const { resource, listed, stored, foreign } of stretches) {
    const sum = counts.get(resource) ?? { listed: 0, stored: 0, foreign: 0 }
    counts.set(resource, {
      listed: sum.listed + listed,
      stored: sum.stored + stored,
      foreign: sum.foreign + foreign,
    })
  }
  return counts
}
