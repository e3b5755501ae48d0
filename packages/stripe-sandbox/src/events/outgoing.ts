import type { Store } from '../store/store.ts'
import { notificationOf } from '../thin/notification.ts'
import { pingType } from '../thin/ping.ts'
import type { Delivery } from './delivery.ts'
import { renderingId } from './event-rendering.ts'
import { listensTo, type Recipient, recipient } from './recipient.ts'
import { secretsOf } from './secrets-of.ts'
import { signatureHeader } from './sign.ts'

const nobodysSecret = `whsec_${'0'.repeat(32)}`

export interface Outgoing {
  url: string
  payload: string
  headers: Record<string, string>
}

/** What the next attempt of a delivery sends; null when its event or its recipient is gone, or no longer wants it. */
export function outgoing(store: Store, delivery: Delivery, nowMs: number): Outgoing | null {
  const to = recipient(store, delivery.endpointId)
  const body = to && bodyFor(store, delivery, to)
  if (!body || !(listensTo(to, body.type) || (body.type === pingType && to.isEnabled))) return null
  const signed = JSON.stringify(body, null, 2)
  return {
    url: to.url,
    payload: isSpoiled(delivery, delivery.trouble?.alteredBody)
      ? JSON.stringify({ ...body, livemode: true }, null, 2)
      : signed,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-cache',
      'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      Accept: '*/*; q=0.5, application/xml',
      'Stripe-Signature': signatureHeader(
        signed,
        signingSecrets(store, delivery, to, nowMs),
        Math.floor(nowMs / 1000),
      ),
    },
  }
}

function bodyFor(store: Store, { eventId }: Delivery, to: Recipient): { type: string } | undefined {
  const thin = store.get('v2.core.event', eventId)
  if (thin) return notificationOf(thin)
  const rendered =
    to.apiVersion === null ? undefined : store.get('event_rendering', renderingId(eventId, to.apiVersion))
  return rendered?.event ?? store.get('event', eventId)
}

function signingSecrets(store: Store, delivery: Delivery, to: Recipient, nowMs: number): readonly string[] {
  const [present, ...old] = secretsOf(store, to, nowMs)
  const spoiled = delivery.trouble?.signature
  if (!isSpoiled(delivery, spoiled)) return [present, ...old]
  if (spoiled?.signedWith === 'unknown_secret') return [nobodysSecret]
  return old.length > 0 ? old : [present]
}

function isSpoiled({ attempts }: Delivery, spoiled: { attempts: number } | undefined): boolean {
  return spoiled !== undefined && attempts.length < spoiled.attempts
}
