import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import { usageEvents, usageWithin } from '../billing/usage/aggregate-usage.ts'
import type { Context } from '../context.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { checkNamed } from './check-named.ts'

const minute = 60
const windows: Readonly<Record<string, number>> = { hour: 3600, day: 86_400 }

/**
 * What a customer used within a time: in one sum, or by hours or days of UTC, newest first, those without usage left out.
 */
export function listEventSummaries(
  context: Context,
  parameters: Stripe.Billing.MeterListEventSummariesParams,
  { id = '' }: Record<string, string>,
): Stripe.ApiList<Stripe.Billing.MeterEventSummary> {
  const { customer, start_time: start, end_time: end, value_grouping_window: grouping } = parameters
  const meter = existing(context, 'billing.meter', id)
  checkNamed(context, { customer })
  const width = grouping === undefined ? null : (windows[grouping] ?? null)
  for (const [param, at] of [['start_time', start] as const, ['end_time', end] as const]) {
    if (at % (width ?? minute) === 0) continue
    throw parameterInvalid(param, `${param} must be aligned with ${grouping ?? 'minute'} boundaries.`)
  }
  if (end <= start) throw parameterInvalid('end_time', '`end_time` must be after `start_time`.')
  const summary = (from: number, to: number) =>
    summaryOf(context, { meter: meter.id, customer, start: from, end: to })
  const whole = { meter: meter.id, customer, start, end }
  const summaries =
    width === null
      ? [summary(start, end)]
      : startsOf(context, whole, width).map((from) => summary(from, from + width))
  return embeddedList(summaries, parameters, `/v1/billing/meters/${meter.id}/event_summaries`)
}

type Window = Parameters<typeof usageWithin>[1]

function startsOf(context: Context, window: Window, width: number): number[] {
  const starts = new Set<number>()
  for (const { timestamp } of usageEvents(context, window)) starts.add(timestamp - (timestamp % width))
  return [...starts].sort((a, b) => b - a)
}

function summaryOf(context: Context, window: Window): Stripe.Billing.MeterEventSummary {
  // The same window has the same id, so that a page can follow another.
  const digest = createHash('sha256').update(Object.values(window).join(' ')).digest('hex')
  return {
    id: `mtrusg_${digest.slice(0, 24)}`,
    object: 'billing.meter_event_summary',
    aggregated_value: usageWithin(context, window),
    end_time: window.end,
    livemode: false,
    meter: window.meter,
    start_time: window.start,
  }
}
