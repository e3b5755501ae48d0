import type Stripe from 'stripe'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { listEventSummaries } from './meter-event-summaries.ts'

const table = 'billing.meter'

export const meterRoutes: readonly Route[] = [
  defineRoute<Stripe.Billing.MeterCreateParams>({
    method: 'POST',
    path: '/v1/billing/meters',
    supports: [
      'customer_mapping.event_payload_key',
      'customer_mapping.type',
      'default_aggregation.formula',
      'display_name',
      'event_name',
      'value_settings.event_payload_key',
    ],
    handle: createMeter,
  }),
  defineRoute<Stripe.Billing.MeterListParams>({
    method: 'GET',
    path: '/v1/billing/meters',
    supports: ['status'],
    handle: (context, parameters) =>
      page(context, table, {
        url: '/v1/billing/meters',
        noun: 'meter',
        parameters,
        filter: ({ status }) => (parameters.status ?? status) === status,
      }),
  }),
  defineRoute<Stripe.Billing.MeterRetrieveParams>({
    method: 'GET',
    path: '/v1/billing/meters/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, table, id),
  }),
  defineRoute<Stripe.Billing.MeterUpdateParams>({
    method: 'POST',
    path: '/v1/billing/meters/:id',
    supports: ['display_name'],
    handle: (context, parameters, { id = '' }) => {
      const meter = existing(context, table, id)
      const name = parameters.display_name ?? meter.display_name
      return changeMeter(context, meter, { display_name: name }, 'billing.meter.updated')
    },
  }),
  defineRoute<Stripe.Billing.MeterDeactivateParams>({
    method: 'POST',
    path: '/v1/billing/meters/:id/deactivate',
    supports: [],
    handle: (context, _, { id = '' }) => deactivate(context, existing(context, table, id)),
  }),
  defineRoute<Stripe.Billing.MeterReactivateParams>({
    method: 'POST',
    path: '/v1/billing/meters/:id/reactivate',
    supports: [],
    handle: (context, _, { id = '' }) => reactivate(context, existing(context, table, id)),
  }),
  defineRoute<Stripe.Billing.MeterListEventSummariesParams>({
    method: 'GET',
    path: '/v1/billing/meters/:id/event_summaries',
    supports: ['customer', 'end_time', 'start_time', 'value_grouping_window'],
    handle: listEventSummaries,
  }),
]

function createMeter(context: Context, parameters: Stripe.Billing.MeterCreateParams): Stripe.Billing.Meter {
  const { formula } = parameters.default_aggregation
  if (formula !== 'sum' && formula !== 'count' && formula !== 'last') {
    throw notSupportedYet(`The formula '${formula}'`, 'default_aggregation[formula]')
  }
  checkFree(context, parameters.event_name)
  const now = context.clock.now()
  const meter: Stripe.Billing.Meter = {
    id: context.ids.newId('mtr_'),
    object: table,
    created: now,
    customer_mapping: {
      event_payload_key: parameters.customer_mapping?.event_payload_key ?? 'stripe_customer_id',
      type: 'by_id',
    },
    default_aggregation: { formula },
    display_name: parameters.display_name,
    event_name: parameters.event_name,
    event_time_window: null,
    livemode: false,
    status: 'active',
    status_transitions: { deactivated_at: null },
    updated: now,
    value_settings: { event_payload_key: parameters.value_settings?.event_payload_key ?? 'value' },
  }
  context.store.put(table, meter)
  context.emit('billing.meter.created', meter)
  return meter
}

/** Its event name is free again; no more events, no more prices. What was used is billed as before. */
function deactivate(context: Context, meter: Stripe.Billing.Meter): Stripe.Billing.Meter {
  if (meter.status === 'inactive') throw new StripeApiError(`Meter ${meter.id} is already inactive.`)
  const changes = {
    status: 'inactive',
    status_transitions: { deactivated_at: context.clock.now() },
  } as const
  return changeMeter(context, meter, changes, 'billing.meter.deactivated')
}

function reactivate(context: Context, meter: Stripe.Billing.Meter): Stripe.Billing.Meter {
  if (meter.status === 'active') throw new StripeApiError(`Meter ${meter.id} is already active.`)
  checkFree(context, meter.event_name)
  const changes = { status: 'active', status_transitions: { deactivated_at: null } } as const
  return changeMeter(context, meter, changes, 'billing.meter.reactivated')
}

function changeMeter(
  context: Context,
  meter: Stripe.Billing.Meter,
  changes: Partial<Stripe.Billing.Meter>,
  event: Stripe.Event['type'],
): Stripe.Billing.Meter {
  return saveChanges(context, table, meter, { ...meter, ...changes, updated: context.clock.now() }, event)
}

/** An event means one meter. */
function checkFree(context: Context, eventName: string): void {
  if (eventName === '' || eventName.length > 100) {
    throw parameterInvalid('event_name', 'Invalid string: event_name must be 1 to 100 characters long.')
  }
  for (const meter of context.store.all(table)) {
    if (meter.status !== 'active' || meter.event_name !== eventName) continue
    throw parameterInvalid('event_name', `An active meter already uses the event name '${eventName}'.`)
  }
}
