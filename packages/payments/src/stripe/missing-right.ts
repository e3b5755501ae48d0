import Stripe from 'stripe'

/**
 * The right that the key lacks, when that is why Stripe refused a call; null for every other error. That it is why is told by the
 * error's class. Which one it is stands in Stripe's sentence alone (`rak_dispute_read`), and may be that of an object which the
 * call expands: where the sentence is worded otherwise, `wanted` says what the call was about.
 */
export function missingRight(error: unknown, wanted: string): string | null {
  if (!(error instanceof Stripe.errors.StripePermissionError)) return null
  const named = error.message.match(/\brak_\w+?_(?:read|write)\b/g)
  return named === null ? wanted : [...new Set(named)].join(' or ')
}
