import { createHmac } from 'node:crypto'

/**
 * The `Stripe-Signature` header of a payload: HMAC-SHA256 over `<t>.<payload>` with the whole `whsec_…` string as key, once
 * for each secret.
 * @param timestamp unix seconds of this attempt; every retry signs anew.
 */
export function signatureHeader(payload: string, secrets: readonly string[], timestamp: number): string {
  const signatures = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex'),
  )
  return [`t=${timestamp}`, ...signatures.map((signature) => `v1=${signature}`)].join(',')
}
