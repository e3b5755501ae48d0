import { createHmac } from 'node:crypto'
import { SECRET_PREFIX } from '../domain/app-endpoint.ts'

/**
 * The headers of Standard Webhooks (standardwebhooks.com, version 1 with a shared secret): HMAC-SHA256 of `id.timestamp.body`, in
 * base64, once for each secret, so that a receiver that knows either accepts it while a secret is rotated.
 * @param secrets `whsec_` and 24 to 64 bytes in base64
 */
export function signedHeaders(
  secrets: readonly string[],
  { id, body, at }: { id: string; body: string; at: Date },
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000)
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}
