import type Stripe from 'stripe'
import type { UsageEvent } from '../billing/records.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'

const day = 86_400
const pastSeconds = 35 * day
const futureSeconds = 5 * 60
/** How long an identifier is taken, and an event can be taken back. */
const correctableSeconds = day

/**
 * Usage, and taking it back. What Stripe answers with 200 and drops later (an unknown customer, a value that is none) is refused at
 * once: nobody should have to wait for an error report to see a mistake.
 */
export const meterEventRoutes: readonly Route[] = [
  defineRoute<Stripe.Billing.MeterEventCreateParams>({
    method: 'POST',
    path: '/v1/billing/meter_events',
    supports: ['event_name', 'identifier', 'payload.*', 'timestamp'],
    handle: createMeterEvent,
  }),
  defineRoute<Stripe.Billing.MeterEventAdjustmentCreateParams>({
    method: 'POST',
    path: '/v1/billing/meter_event_adjustments',
    supports: ['cancel.identifier', 'event_name', 'type'],
    handle: createAdjustment,
  }),
]

function createMeterEvent(
  context: Context,
  parameters: Stripe.Billing.MeterEventCreateParams,
): Stripe.Billing.MeterEvent {
  const { event_name: eventName, payload } = parameters
  const meter = activeMeter(context, eventName)
  const customerKey = meter.customer_mapping.event_payload_key
  const customerId = payload[customerKey]
  if (customerId === undefined) throw parameterMissing(`payload[${customerKey}]`)
  const customer = existing(context, 'customer', customerId, `payload[${customerKey}]`)
  const now = nowFor(context, customer)
  const timestamp = checkedTimestamp(parameters.timestamp ?? now, now)
  const identifier = parameters.identifier ?? context.ids.randomText(32)
  if (identifier === '' || identifier.length > 100) {
    throw parameterInvalid('identifier', 'Invalid string: identifier must be 1 to 100 characters long.')
  }
  if (known(context, identifier, now)) {
    throw parameterInvalid('identifier', `An event already exists with identifier ${identifier}.`)
  }
  const usage: UsageEvent = {
    id: context.ids.newId('usage_'),
    meter: meter.id,
    identifier,
    customer: customer.id,
    value: usedIn(meter, payload),
    timestamp,
    receivedAt: now,
    isCanceled: false,
  }
  context.store.put('usage_event', usage)
  return {
    object: 'billing.meter_event',
    created: now,
    event_name: eventName,
    identifier,
    livemode: false,
    payload,
    timestamp,
  }
}

/** Takes an event back, within a day. An invoice that is finalized keeps what it billed. */
function createAdjustment(
  context: Context,
  parameters: Stripe.Billing.MeterEventAdjustmentCreateParams,
): Stripe.Billing.MeterEventAdjustment {
  const meter = activeMeter(context, parameters.event_name)
  const identifier = parameters.cancel?.identifier
  if (identifier === undefined) throw parameterMissing('cancel[identifier]')
  const [event] = [...context.store.where('usage_event', 'identifier', identifier)].filter(
    (each) => each.meter === meter.id && !each.isCanceled,
  )
  if (event === undefined) throw resourceMissing('meter event', identifier, 'cancel[identifier]')
  const customer = context.store.get('customer', event.customer)
  if (nowFor(context, customer) - event.receivedAt > correctableSeconds) {
    throw parameterInvalid(
      'cancel[identifier]',
      'You can only cancel events within 24 hours of Stripe receiving them.',
    )
  }
  context.store.put('usage_event', { ...event, isCanceled: true })
  return {
    object: 'billing.meter_event_adjustment',
    cancel: { identifier },
    event_name: parameters.event_name,
    livemode: false,
    status: 'complete',
    type: 'cancel',
  }
}

function activeMeter(context: Context, eventName: string): Stripe.Billing.Meter {
  for (const meter of context.store.all('billing.meter')) {
    if (meter.status === 'active' && meter.event_name === eventName) return meter
  }
  throw parameterInvalid('event_name', `No active meter found for event name '${eventName}'.`)
}

/** Usage happens in its customer's time. Unix seconds. */
function nowFor(context: Context, customer: Stripe.Customer | undefined): number {
  const clock = context.store.get('test_helpers.test_clock', idOf(customer?.test_clock) ?? '')
  return clock?.frozen_time ?? context.clock.now()
}

function checkedTimestamp(timestamp: number, now: number): number {
  if (timestamp < now - pastSeconds) {
    throw parameterInvalid('timestamp', 'The timestamp must be within the past 35 calendar days.')
  }
  if (timestamp > now + futureSeconds) {
    throw parameterInvalid('timestamp', 'The timestamp must not be more than 5 minutes in the future.')
  }
  return timestamp
}

function known(context: Context, identifier: string, now: number): boolean {
  for (const event of context.store.where('usage_event', 'identifier', identifier)) {
    if (now - event.receivedAt <= correctableSeconds) return true
  }
  return false
}

/** A whole number as text, which may be negative: a correction. A meter that counts needs none. */
function usedIn(meter: Stripe.Billing.Meter, payload: Record<string, string>): number {
  const key = meter.value_settings.event_payload_key
  const text = payload[key]
  if (meter.default_aggregation.formula === 'count' && text === undefined) return 1
  if (text === undefined) throw parameterMissing(`payload[${key}]`)
  if (!/^-?\d{1,15}$/.test(text)) {
    throw parameterInvalid(
      `payload[${key}]`,
      `Invalid value: ${text}. It must be a whole number of at most 15 digits.`,
    )
  }
  return Number(text)
}
