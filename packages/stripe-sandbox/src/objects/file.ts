import type Stripe from 'stripe'

/** An uploaded file, without its content. */
export function buildFile(input: {
  id: string
  /** Unix seconds. */
  created: number
  expiresAt: number | null
  filename: string
  purpose: Stripe.File.Purpose
  sizeBytes: number
  /** `pdf`, `png`, … */
  type: string
  origin: string
}): Stripe.File {
  return {
    id: input.id,
    object: 'file',
    created: input.created,
    expires_at: input.expiresAt,
    filename: input.filename,
    purpose: input.purpose,
    size: input.sizeBytes,
    title: null,
    type: input.type,
    url: `${input.origin}/v1/files/${input.id}/contents`,
  }
}
