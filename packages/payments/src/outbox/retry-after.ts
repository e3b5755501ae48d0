/** RFC 9110, 10.2.3: whole seconds, or a date. */
const SECONDS = /^\d{1,10}$/
/** RFC 9110, 5.6.7: the one form that may be sent, `Sun, 06 Nov 1994 08:49:37 GMT`. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** What a Retry-After header asks for, in milliseconds from now on, 0 for a date that is over. Null when it asks for nothing that can be read. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? ''
  if (SECONDS.test(text)) return Number(text) * 1_000
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime())
}
