import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import type { UsageEvent } from '../records.ts'

export interface UsageWindow {
  meter: string
  customer: string
  /** Unix seconds; the end is not in it. */
  start: number
  end: number
}

/** What a customer used within a window, as the meter adds it up. */
export function usageWithin(context: Context, window: UsageWindow): number {
  const meter = context.store.get('billing.meter', window.meter)
  const events = [...usageEvents(context, window)]
  const formula = meter?.default_aggregation.formula
  switch (formula) {
    case 'sum':
      return events.reduce((sum, { value }) => sum + value, 0)
    case 'count':
      return events.length
    case 'last':
      return lastOf(events)?.value ?? 0
    default:
      throw new Error(`meter ${window.meter} has no formula that is known: ${formula}`)
  }
}

/** The events that count, newest first in the order in which they came. */
export function* usageEvents(
  { store }: Pick<Context, 'store'>,
  { meter, customer, start, end }: UsageWindow,
): Generator<UsageEvent> {
  for (const event of store.where('usage_event', 'customer', customer)) {
    const isWithin = event.timestamp >= start && event.timestamp < end
    if (event.meter === meter && isWithin && !event.isCanceled) yield event
  }
}

/** Of two at the same second the one that came later. */
function lastOf(events: readonly UsageEvent[]): UsageEvent | undefined {
  return events.reduce<UsageEvent | undefined>(
    (last, each) => (last === undefined || each.timestamp > last.timestamp ? each : last),
    undefined,
  )
}

/** How much of an item is billed for a window: whole units, never fewer than none. */
export function billedUsage(
  context: Context,
  price: Stripe.Price,
  customer: string,
  period: { start: number; end: number },
): number {
  const meter = price.recurring?.meter
  if (!meter) throw new Error(`metered price ${price.id} has no meter`)
  return Math.max(0, usageWithin(context, { meter, customer, ...period }))
}
