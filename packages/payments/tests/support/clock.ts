import { type Clock, systemClock } from '../../src/domain/clock.ts'

export interface StandingClock extends Clock {
  advance(milliseconds: number): void
  set(time: Date | string): void
}

/** A clock that stands still until it is moved. What waits on it waits for real. */
export function standingClock(start: Date | string = '2026-11-23T12:00:00Z'): StandingClock {
  let now = new Date(start)
  return {
    ...systemClock,
    now: () => new Date(now),
    advance: (milliseconds) => {
      now = new Date(now.getTime() + milliseconds)
    },
    set: (time) => {
      now = new Date(time)
    },
  }
}
