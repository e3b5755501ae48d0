import type { Context } from '../context.ts'
import { StripeApiError } from '../wire/errors.ts'

const mostEndpoints = 16

/** Webhook endpoints and event destinations share one limit. @throws StripeApiError */
export function checkRoomForEndpoint({ store }: Context): void {
  const there = store.count('webhook_endpoint') + store.count('v2.core.event_destination')
  if (there < mostEndpoints) return
  throw new StripeApiError(`You have reached the maximum of ${mostEndpoints} test webhook endpoints.`)
}
