/** A day as a person writes it, in their own time zone. `iso` is the API's ISO 8601 time. */
export function formatDay(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(Date.parse(iso))
}

/** The same, short enough for a table. */
export function formatShortDay(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(Date.parse(iso))
}
