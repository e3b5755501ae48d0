import type Stripe from 'stripe'

/** An address at which anybody can read a file. */
export function buildFileLink(input: {
  id: string
  /** Unix seconds. */
  created: number
  expiresAt: number | null
  file: string
  metadata: Stripe.Metadata
  url: string
}): Stripe.FileLink {
  return {
    id: input.id,
    object: 'file_link',
    created: input.created,
    expired: false,
    expires_at: input.expiresAt,
    file: input.file,
    livemode: false,
    metadata: input.metadata,
    url: input.url,
  }
}
