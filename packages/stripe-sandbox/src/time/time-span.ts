/** A length of time. Days have 24 hours: the sandbox knows UTC only. */
export interface TimeSpan {
  days?: number
  hours?: number
  minutes?: number
  seconds?: number
}

export const timeUnits = [
  'days',
  'hours',
  'minutes',
  'seconds',
] as const satisfies readonly (keyof TimeSpan)[]

export function secondsOf({ days = 0, hours = 0, minutes = 0, seconds = 0 }: TimeSpan): number {
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}
