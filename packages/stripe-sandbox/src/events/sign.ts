import { createHmac } from 'node:crypto'

/**
 * The `Stripe-Signature` header of a payload: HMAC-SHA256 over `<t>.<payload>` with the whole `whsec_…` string as key.
 * @param timestamp unix seconds of this attempt; every retry signs anew.
 */
export function signatureHeader(payload: string, secret: string, timestamp: number): string {
  const signature = createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex')
  return `t=${timestamp},v1=${signature}`
}
