import type { Stripe } from '../../../src/stripe/client.ts'
import type { Owner, World } from '../world.ts'
import { paidInFull } from './returned-money.ts'

const GRACE_MS = 7 * 86_400_000

/** What one subscription or purchase gives. */
export interface Given {
  id: string
  features: string[]
  /** When it ends; null when it goes on. */
  untilMs: number | null
}

/**
 * What an owner may use is what Stripe's own objects and the policy give: the same table as docs/3-access.md, read from the local
 * Stripe instead of the mirror.
 */
export function givenTo(world: World, owner: Owner, nowMs: number): Given[] {
  return [...subscriptionsThatGive(world, owner, nowMs), ...purchasesThatGive(world, owner)]
}

/** When the grace of a subscription ends that is past due; null of any other. */
export function graceEndOf(world: World, { id, status, items }: Stripe.Subscription): number | null {
  if (status !== 'past_due') return null
  const invoices = invoicesOf(world, id)
  const paidMs = newestPaidPeriod(invoices)?.created ?? 0
  const due = invoices
    .filter((each) => each.status === 'open' && each.billing_reason !== 'manual' && each.created >= paidMs)
    .map(
      ({ due_date, status_transitions, created }) => due_date ?? status_transitions.finalized_at ?? created,
    )
  const since = due.length > 0 ? Math.min(...due) : (items.data[0]?.current_period_start ?? 0)
  return since * 1000 + GRACE_MS
}

function* subscriptionsThatGive(world: World, owner: Owner, nowMs: number): Generator<Given> {
  const { store } = world.sandbox.context
  for (const customer of world.customersOf(owner)) {
    for (const subscription of store.where('subscription', 'customer', customer.id)) {
      const { id, status } = subscription
      const newest = newestPaidPeriod(invoicesOf(world, id))
      if (newest && !paidInFull(world, { invoice: newest })) continue
      const features = featuresOf(world, subscription)
      const graceEndMs = graceEndOf(world, subscription)
      if (status === 'active' || status === 'trialing')
        yield { id, features, untilMs: plannedEndOf(subscription) }
      else if (graceEndMs !== null && nowMs < graceEndMs) yield { id, features, untilMs: graceEndMs }
    }
  }
}

function* purchasesThatGive(world: World, owner: Owner): Generator<Given> {
  for (const session of world.sandbox.context.store.all('checkout.session')) {
    if (session.metadata?.billhook_owner_id !== owner) continue
    if (session.mode !== 'payment' || session.payment_status !== 'paid') continue
    if (paidInFull(world, { session })) yield { id: session.id, features: ['Templates'], untilMs: null }
  }
}

function featuresOf({ sandbox }: World, { items }: Stripe.Subscription): string[] {
  const products = items.data.map(({ price: { product } }) =>
    sandbox.context.store.get('product', typeof product === 'string' ? product : product.id),
  )
  return products.flatMap((product) => product?.marketing_features.map(({ name }) => name ?? '') ?? [])
}

function plannedEndOf({ cancel_at_period_end, cancel_at, items }: Stripe.Subscription): number | null {
  const end = cancel_at_period_end ? (items.data[0]?.current_period_end ?? null) : cancel_at
  return end === null ? null : end * 1000
}

function invoicesOf({ sandbox }: World, subscription: string): Stripe.Invoice[] {
  const all = [...sandbox.context.store.all('invoice')]
  return all.filter(({ parent }) => parent?.subscription_details?.subscription === subscription)
}

function newestPaidPeriod(invoices: readonly Stripe.Invoice[]): Stripe.Invoice | undefined {
  return invoices
    .filter((invoice) => invoice.status === 'paid' && beginsPeriod(invoice))
    .toSorted((a, b) => a.created - b.created)
    .at(-1)
}

/** A plan change does when it bills a whole period from then on, and not only the difference for the rest of the running one. */
function beginsPeriod({ billing_reason: reason, created, lines }: Stripe.Invoice): boolean {
  if (reason !== 'subscription_update')
    return reason === 'subscription_create' || reason === 'subscription_cycle'
  return lines.data.some(
    ({ parent, period }) => parent?.subscription_item_details?.proration === false && period.end > created,
  )
}
