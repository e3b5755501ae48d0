const longDate = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' })
const shortDate = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' })

/** `November 23, 2026`, in UTC. @param seconds Unix seconds. */
export function formatDate(seconds: number): string {
  return longDate.format(seconds * 1000)
}

/** `Nov 23, 2026`, in UTC. @param seconds Unix seconds. */
export function formatShortDate(seconds: number): string {
  return shortDate.format(seconds * 1000)
}
