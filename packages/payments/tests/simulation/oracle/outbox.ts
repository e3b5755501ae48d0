import type { Stripe } from '../../../src/stripe/client.ts'
import type { World } from '../world.ts'
import { isLiveAtStripe } from './live.ts'
import { checkNotices } from './told-notices.ts'

interface Told {
  type: string
  payload: Readonly<Record<string, unknown>>
}

/** I3, I4: what happened at Stripe was told once, and in an order that leads to how it is now. */
export async function checkOutbox(world: World): Promise<void> {
  const rows = await world.stage.db.query
    .selectFrom('outbox')
    .select(['type', 'payload', 'dedupe_key', 'owner_id'])
    .orderBy('id')
    .execute()
  const twice = rows.find(
    (row, index) => rows.findIndex(({ dedupe_key }) => dedupe_key === row.dedupe_key) !== index,
  )
  if (twice) throw new Error(`I3: ${twice.dedupe_key} was told twice`)
  // jsonb objects, written by insertTransitions.
  const told = rows.map(({ type, payload, owner_id }) => ({
    ...{ type, owner_id },
    payload: payload as Told['payload'],
  }))
  const { store } = world.sandbox.context
  for (const subscription of store.all('subscription')) checkSubscription(subscription, told)
  for (const invoice of store.all('invoice')) checkRenewal(invoice, told)
  for (const session of store.all('checkout.session')) checkPurchase(session, told)
  for (const charge of store.all('charge')) checkRefunds(charge, told)
  for (const dispute of store.all('dispute')) checkDispute(dispute, told)
  checkNotices(world, told)
}

function checkSubscription({ id, status, items }: Stripe.Subscription, told: readonly Told[]): void {
  const own = told.filter(({ payload }) => payload.subscription_id === id)
  const states = own.filter(({ type }) => /activated|past_due|canceled/.test(type))
  if (!isLastTold(states.at(-1)?.type, status))
    throw new Error(`I3: ${id} is ${status}; told: ${states.map(({ type }) => type).join(', ') || 'nothing'}`)
  const endings = states.filter(({ type }) => type === 'subscription.canceled')
  if (endings.length > 1) throw new Error(`I3: the end of ${id} was told ${endings.length} times`)
  for (const [index, { type }] of states.entries()) {
    if (type !== 'subscription.activated' && type === states[index - 1]?.type)
      throw new Error(`I3: ${type} of ${id} was told twice in a row`)
  }
  checkPlans(id, own, items.data[0]?.price.id ?? '')
}

/** Undefined: nothing was told, because it began and ended between two looks, or has not begun. */
function isLastTold(type: string | undefined, status: string): boolean {
  if (status === 'active' || status === 'trialing') return type === 'subscription.activated'
  if (status === 'past_due') return type === 'subscription.past_due'
  if (!isLiveAtStripe(status)) return type === undefined || type === 'subscription.canceled'
  // Of a pause and the like only `access.changed` tells.
  return type !== 'subscription.canceled' && (status !== 'incomplete' || type === undefined)
}

/** Each change of plan begins where the one before ended, and the last leads to the plan of today. */
function checkPlans(id: string, own: readonly Told[], today: string): void {
  const changes = own.filter(({ type }) => type === 'subscription.plan_changed')
  for (const [index, { payload }] of changes.entries()) {
    const next = changes[index + 1]?.payload.previous_price_id ?? today
    if (payload.price_id !== next)
      throw new Error(`I3: ${id} was told to be on ${payload.price_id}, then to leave or have ${next}`)
  }
}

function checkRenewal(invoice: Stripe.Invoice, told: readonly Told[]): void {
  if (invoice.billing_reason !== 'subscription_cycle' || invoice.status !== 'paid') return
  expectOnce(`the renewal by ${invoice.id}`, told, 'subscription.renewed', { invoice_id: invoice.id })
}

function checkPurchase(session: Stripe.Checkout.Session, told: readonly Told[]): void {
  if (session.mode !== 'payment' || session.status !== 'complete' || session.payment_status !== 'paid') return
  expectOnce(`the purchase by ${session.id}`, told, 'purchase.completed', { session_id: session.id })
}

function checkRefunds(charge: Stripe.Charge, told: readonly Told[]): void {
  if (charge.amount_refunded === 0) return
  const payment_id = typeof charge.payment_intent === 'string' ? charge.payment_intent : ''
  expectOnce(`the refund of ${charge.id}`, told, 'purchase.refunded', {
    payment_id,
    amount_refunded: charge.amount_refunded,
  })
}

function checkDispute({ id, status }: Stripe.Dispute, told: readonly Told[]): void {
  expectOnce(`the opening of ${id}`, told, 'dispute.opened', { dispute_id: id })
  if (status === 'lost')
    expectOnce(`the loss of ${id}`, told, 'dispute.closed', { dispute_id: id, outcome: 'lost' })
}

function expectOnce(what: string, told: readonly Told[], type: string, facts: Told['payload']): void {
  const found = told.filter(
    (each) =>
      each.type === type && Object.entries(facts).every(([key, value]) => each.payload[key] === value),
  )
  if (found.length !== 1) throw new Error(`I3: ${what} was told ${found.length} times`)
}
