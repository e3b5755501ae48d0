/** When an answer was given by Stripe's clock, in Unix seconds; null where its head does not say. Errors of the SDK have headers too. */
export function answeredAt(headers: Readonly<Record<string, unknown>> | undefined): number | null {
  const date = headers?.date
  const milliseconds = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isFinite(milliseconds) ? Math.floor(milliseconds / 1000) : null
}
