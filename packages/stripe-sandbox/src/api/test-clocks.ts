import type Stripe from 'stripe'
import { deleteTestClock } from '../billing/delete-test-clock.ts'
import { addCadence, type Cadence } from '../billing/periods.ts'
import { cadenceOf } from '../billing/prices.ts'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

const table = 'test_helpers.test_clock'
const keptSeconds = 30 * 86_400

export const testClockRoutes: readonly Route[] = [
  defineRoute<Stripe.TestHelpers.TestClockCreateParams>({
    method: 'POST',
    path: '/v1/test_helpers/test_clocks',
    supports: ['frozen_time', 'name'],
    handle: createTestClock,
  }),
  defineRoute<Stripe.TestHelpers.TestClockListParams>({
    method: 'GET',
    path: '/v1/test_helpers/test_clocks',
    supports: [],
    handle: (context, parameters) =>
      page(context, table, { url: '/v1/test_helpers/test_clocks', parameters }),
  }),
  defineRoute<Stripe.TestHelpers.TestClockRetrieveParams>({
    method: 'GET',
    path: '/v1/test_helpers/test_clocks/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, table, id),
  }),
  defineRoute<Stripe.TestHelpers.TestClockAdvanceParams>({
    method: 'POST',
    path: '/v1/test_helpers/test_clocks/:id/advance',
    supports: ['frozen_time'],
    handle: advanceTestClock,
  }),
  defineRoute<Stripe.TestHelpers.TestClockDeleteParams>({
    method: 'DELETE',
    path: '/v1/test_helpers/test_clocks/:id',
    supports: [],
    handle: (context, _, { id = '' }) => {
      deleteTestClock(context, existing(context, table, id))
      return { id, object: table, deleted: true }
    },
  }),
]

function createTestClock(
  context: Context,
  parameters: Stripe.TestHelpers.TestClockCreateParams,
): Stripe.TestHelpers.TestClock {
  const created = context.clock.now()
  const clock: Stripe.TestHelpers.TestClock = {
    id: context.ids.newId('clock_'),
    object: table,
    created,
    deletes_after: created + keptSeconds,
    frozen_time: parameters.frozen_time,
    livemode: false,
    name: parameters.name ?? null,
    status: 'ready',
    status_details: {},
  }
  context.store.put(table, clock)
  context.emit('test_helpers.test_clock.created', clock)
  return clock
}

/** Answers at once with status `advancing`; the way there is done afterwards (time/advance.ts). */
function advanceTestClock(
  context: Context,
  { frozen_time: target }: Stripe.TestHelpers.TestClockAdvanceParams,
  { id = '' }: Record<string, string>,
): Stripe.TestHelpers.TestClock {
  const clock = existing(context, table, id)
  if (target <= clock.frozen_time) {
    throw parameterInvalid('frozen_time', "The new frozen time must be after the test clock's current one.")
  }
  if (target > farthest(context, clock)) {
    throw parameterInvalid(
      'frozen_time',
      'A test clock can be advanced by at most two intervals of its shortest subscription, or two years without one.',
    )
  }
  const advancing: Stripe.TestHelpers.TestClock = {
    ...clock,
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: target } },
  }
  context.store.put(table, advancing)
  context.emit('test_helpers.test_clock.advancing', advancing)
  return advancing
}

/** Unix seconds. */
function farthest(context: Context, clock: Stripe.TestHelpers.TestClock): number {
  const { store } = context
  const cadences: Cadence[] = []
  for (const customer of store.where('customer', 'test_clock', clock.id)) {
    for (const subscription of store.where('subscription', 'customer', customer.id)) {
      if (subscription.ended_at !== null) continue
      for (const item of subscription.items.data) cadences.push(cadenceOf(item.price))
    }
  }
  const none: Cadence = { interval: 'year', intervalCount: 1 }
  const ends = (cadences.length > 0 ? cadences : [none]).map((cadence) =>
    addCadence(clock.frozen_time, cadence, 2),
  )
  return Math.min(...ends)
}
