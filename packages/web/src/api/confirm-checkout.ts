import { type Decoded, list, nullable, number, object, text } from './decode.ts'
import { subscription } from './endpoints.ts'
import { request } from './request.ts'

const purchase = object({
  items: list(
    object({ description: nullable(text), quantity: nullable(number), amount: number, currency: text }),
  ),
  amount: nullable(number),
  currency: nullable(text),
})

const confirmation = object({
  status: text,
  payment_status: text,
  purchase: nullable(purchase),
  subscription: nullable(subscription),
})

export type Confirmation = Decoded<typeof confirmation>
export type Purchase = Decoded<typeof purchase>

/** Brings the session up to date at once, without waiting for a webhook, and answers what was bought. */
export function confirmCheckout(sessionId: string, signal: AbortSignal): Promise<Confirmation> {
  return request(confirmation, 'POST', '/payments/confirm-checkout-session', {
    body: { session_id: sessionId },
    signal,
  })
}
