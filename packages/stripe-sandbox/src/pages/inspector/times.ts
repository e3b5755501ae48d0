import { type Html, html } from '../markup.ts'

const moment = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
})
const minute = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
})
const hour = new Intl.DateTimeFormat('en-US', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
})
const day = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' })

/** `Nov 23, 2026, 10:00:04`, in UTC. @param ms unix milliseconds. */
export function momentText(ms: number): string {
  return moment.format(ms)
}

/** To the minute, for what is shown while it goes on. */
export function minuteTime(ms: number): Html {
  return html`<time datetime="${new Date(ms).toISOString()}">${minute.format(ms)}</time>`
}

export function fullTime(ms: number): Html {
  return html`<time datetime="${new Date(ms).toISOString()}">${momentText(ms)}</time>`
}

/** The hour alone for a moment of the same day as `nowMs`, else its day before it. */
export function shortTime(ms: number, nowMs: number): Html {
  const isToday = Math.floor(ms / dayMs) === Math.floor(nowMs / dayMs)
  return html`<time datetime="${new Date(ms).toISOString()}" title="${momentText(ms)} UTC">${isToday ? '' : `${day.format(ms)}, `}${hour.format(ms)}</time>`
}

const dayMs = 24 * 3600 * 1000

/** `0.4 ms`, `12 ms`, `3.2 s`. */
export function durationText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `Nov 23, 2026, 10:00:04 UTC` for a field that is a unix time by its name and its size; null for any other. */
export function timeOf(field: string, value: unknown): string | null {
  const isTime = typeof value === 'number' && value > 1e9 && value < 1e11 && timeFields.test(field)
  return isTime ? `${momentText(value * 1000)} UTC` : null
}

const timeFields = /(?:^|_)(?:created|at|start|end|date|anchor|until|attempt|time|gte?|lte?)$/
