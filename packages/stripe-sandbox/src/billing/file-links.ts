import type Stripe from 'stripe'
import type { Context } from '../context.ts'

/** A link as it is now: it expires by time alone, so that this is never stored. */
export function linkAsOf({ clock }: Pick<Context, 'clock'>, link: Stripe.FileLink): Stripe.FileLink {
  return { ...link, expired: link.expires_at !== null && link.expires_at <= clock.now() }
}
