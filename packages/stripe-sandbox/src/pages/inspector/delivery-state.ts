import type { Delivery } from '../../events/delivery.ts'
import { type BadgeKind, badge } from '../badge.ts'
import type { Html } from '../markup.ts'

/** Every state that a delivery can be in, from good to bad. */
export const deliveryStates = ['delivered', 'sending', 'retrying', 'given up'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export function deliveryState({ deliveredAt, nextAttemptAtMs, attempts }: Delivery): DeliveryState {
  if (deliveredAt !== null) return 'delivered'
  if (nextAttemptAtMs === null) return 'given up'
  return attempts.length === 0 ? 'sending' : 'retrying'
}

export function deliveryBadge(state: DeliveryState): Html {
  return badge(state, kinds[state])
}

/** The badge of an event: the worst of its deliveries. */
export function eventBadge(deliveries: readonly Delivery[]): Html {
  const states = deliveries.map(deliveryState)
  const worst = deliveryStates.toReversed().find((state) => states.includes(state))
  return worst ? deliveryBadge(worst) : badge('no endpoint', 'plain')
}

const kinds: Record<DeliveryState, BadgeKind> = {
  delivered: 'good',
  sending: 'plain',
  retrying: 'warn',
  'given up': 'bad',
}
