import { isDeepStrictEqual } from 'node:util'
import type Stripe from 'stripe'

/** Status → what may come next (stripe-facts: subscription life cycle, invoice life cycle). */
const nextStatuses: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  subscription: {
    incomplete: ['active', 'trialing', 'incomplete_expired', 'canceled'],
    trialing: ['active', 'past_due', 'paused', 'canceled', 'unpaid'],
    active: ['past_due', 'unpaid', 'paused', 'canceled', 'trialing'],
    past_due: ['active', 'unpaid', 'paused', 'canceled', 'trialing'],
    unpaid: ['active', 'canceled', 'past_due'],
    paused: ['active', 'past_due', 'canceled'],
    canceled: [],
    incomplete_expired: [],
  },
  invoice: {
    draft: ['open', 'paid'],
    open: ['paid', 'void', 'uncollectible'],
    uncollectible: ['paid', 'void'],
    paid: [],
    void: [],
  },
  dispute: {
    needs_response: ['under_review', 'lost', 'won'],
    under_review: ['won', 'lost'],
    warning_needs_response: ['warning_under_review', 'warning_closed', 'needs_response'],
    warning_under_review: ['warning_closed', 'needs_response'],
    warning_closed: [],
    won: [],
    lost: [],
  },
  // Stripe.PaymentIntent.Status, Stripe.Charge.Status: what is over stays.
  payment_intent: {
    requires_payment_method: [
      'requires_confirmation',
      'requires_action',
      'processing',
      'requires_capture',
      'succeeded',
      'canceled',
    ],
    requires_confirmation: [
      'requires_payment_method',
      'requires_action',
      'processing',
      'requires_capture',
      'succeeded',
      'canceled',
    ],
    requires_action: ['requires_payment_method', 'processing', 'requires_capture', 'succeeded', 'canceled'],
    processing: ['requires_payment_method', 'succeeded', 'canceled'],
    requires_capture: ['succeeded', 'canceled'],
    succeeded: [],
    canceled: [],
  },
  charge: { pending: ['succeeded', 'failed'], succeeded: [], failed: [] },
  refund: { pending: ['succeeded', 'failed', 'canceled'], succeeded: ['failed'], failed: [], canceled: [] },
}

/** These may only come once for one object, and only as its first event. */
const births = [
  'customer.created',
  'customer.subscription.created',
  'invoice.created',
  'refund.created',
  'charge.dispute.created',
]

/** After these, nothing more is told of the object. */
const deaths = ['customer.deleted', 'customer.subscription.deleted', 'invoice.deleted']

/** These come at most once for one object. */
const onceOnly = [
  ...deaths,
  'checkout.session.completed',
  'checkout.session.expired',
  'invoice.finalized',
  'invoice.paid',
  'invoice.voided',
  'payment_intent.created',
  'payment_intent.succeeded',
  'charge.succeeded',
  'charge.pending',
  'charge.failed',
  'charge.dispute.closed',
]

type Told = Record<string, unknown> & { id?: string; object: string; status?: string }

/** What is wrong with a sequence of events, oldest first: of all objects, each object's own and in itself. */
export function wrongInTheOrder(events: readonly Stripe.Event[]): string[] {
  const wrong: string[] = []
  const told = new Map<string, Told[]>()
  const seen = new Map<string, Set<string>>()
  let created = 0
  for (const event of events) {
    // A boundary: what is told of is one of Stripe's objects.
    const object = event.data.object as unknown as Told
    if (event.created < created) wrong.push(`${event.id} ${event.type} is older than what came before it`)
    created = event.created
    // A preview of the next invoice has no id.
    if (object.id === undefined || event.type === 'invoice.upcoming') continue
    const types = seen.get(object.id) ?? new Set()
    const at = `${event.type} of ${object.id}`
    if (births.includes(event.type) && types.size > 0) wrong.push(`${at} after ${[...types].join(', ')}`)
    const death = deaths.find((type) => types.has(type))
    if (death !== undefined) wrong.push(`${at} after ${death}`)
    if (onceOnly.includes(event.type) && types.has(event.type)) wrong.push(`${at} twice`)
    const before = told.get(object.id) ?? []
    told.set(object.id, before)
    const last = before.at(-1)
    if (last) wrong.push(...wrongStep(at, last, object), ...wrongPast(at, before, event))
    seen.set(object.id, types.add(event.type))
    before.push(object)
  }
  return wrong
}

function wrongStep(at: string, before: Told, after: Told): string[] {
  const steps = nextStatuses[after.object]
  if (!steps || before.status === undefined || after.status === undefined) return []
  if (before.status === after.status || steps[before.status]?.includes(after.status)) return []
  return [`${at}: ${before.status} became ${after.status}`]
}

/** What an update says was there before was told before: by the last event, or by one of the same change that came ahead of it. */
function wrongPast(at: string, told: readonly Told[], { data }: Stripe.Event): string[] {
  return Object.entries(data.previous_attributes ?? {})
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .filter(([key, value]) => !told.some((before) => isDeepStrictEqual(before[key] ?? null, value)))
    .map(([key, value]) => `${at}: ${key} was ${String(value)}, which was never told`)
}
