/** The only source of time. Tests hand in one that stands still until it is moved. */
export interface Clock {
  now(): Date
}

/** The machine's clock. Outside this file nothing reads it. */
export const systemClock: Clock = { now: () => new Date() }
