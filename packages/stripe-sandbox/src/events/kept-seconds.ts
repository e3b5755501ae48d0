/** How long events can be listed and retrieved (docs.stripe.com/api/events). */
export const keptSeconds = 30 * 24 * 3600
