import type { Stripe } from '../../../src/stripe/client.ts'
import type { Answer } from '../replica.ts'
import type { Owner, World } from '../world.ts'
import { paidInFull } from './returned-money.ts'

const GRACE_MS = 7 * 86_400_000

/**
 * What an owner may use is what Stripe's own objects and the policy give: the same table as docs/3-access.md, read from the local
 * Stripe instead of the mirror. What the app was told last is the same too.
 */
export async function checkAccess(world: World, owner: Owner, answer: Answer | null): Promise<void> {
  const expected = asLine([...subscriptionsThatGive(world, owner), ...purchasesThatGive(world, owner)])
  const answered = granted(answer?.body)
  if (answer?.status !== 200 || answered !== expected)
    throw new Error(`access of ${owner} is "${answered}" (${answer?.status}); Stripe gives "${expected}"`)
  const told = await lastTold(world, owner)
  if (granted(told) !== answered)
    throw new Error(`access of ${owner} is "${answered}"; the app was told "${granted(told)}"`)
}

function* subscriptionsThatGive(world: World, owner: Owner): Generator<string> {
  const { store } = world.sandbox.context
  const nowMs = world.time.nowMs
  for (const customer of world.customersOf(owner)) {
    for (const { id, status, items } of store.where('subscription', 'customer', customer.id)) {
      const invoices = [...store.all('invoice')].filter(
        ({ parent }) => parent?.subscription_details?.subscription === id,
      )
      const newest = invoices
        .filter((invoice) => invoice.status === 'paid' && beginsPeriod(invoice))
        .toSorted((a, b) => a.created - b.created)
        .at(-1)
      const unpaid = invoices.filter(
        (invoice) =>
          invoice.status === 'open' &&
          invoice.billing_reason !== 'manual' &&
          invoice.created >= (newest?.created ?? 0),
      )
      const due = unpaid.map(
        ({ due_date, status_transitions, created }) => due_date ?? status_transitions.finalized_at ?? created,
      )
      const began = items.data[0]?.current_period_start ?? 0
      const sinceMs = (due.length === 0 ? began : Math.min(...due)) * 1000
      const isLive =
        status === 'active' || status === 'trialing' || (status === 'past_due' && nowMs < sinceMs + GRACE_MS)
      if (isLive && (!newest || paidInFull(world, { invoice: newest }))) yield `${id}:Exports`
    }
  }
}

/** A plan change does when it bills a whole period from then on, and not only the difference for the rest of the running one. */
function beginsPeriod({ billing_reason: reason, created, lines }: Stripe.Invoice): boolean {
  if (reason !== 'subscription_update')
    return reason === 'subscription_create' || reason === 'subscription_cycle'
  return lines.data.some(
    ({ parent, period }) => parent?.subscription_item_details?.proration === false && period.end > created,
  )
}

function* purchasesThatGive(world: World, owner: Owner): Generator<string> {
  for (const session of world.sandbox.context.store.all('checkout.session')) {
    if (session.metadata?.billhook_owner_id !== owner) continue
    if (session.mode !== 'payment' || session.payment_status !== 'paid') continue
    if (paidInFull(world, { session })) yield `${session.id}:Templates`
  }
}

/** What is granted by an answer or an app event, as one line. */
function granted(access: Readonly<Record<string, unknown>> | undefined): string {
  // Both have the shape of PresentedAccess, which the tests of the endpoint and of the events check.
  const grants = (access?.grants ?? []) as { id: string; is_granted: boolean; features: string[] }[]
  return asLine(grants.filter((each) => each.is_granted).map(({ id, features }) => `${id}:${features}`))
}

function asLine(parts: string[]): string {
  return parts.toSorted((a, b) => a.localeCompare(b)).join(' ')
}

async function lastTold(world: World, owner: Owner): Promise<Readonly<Record<string, unknown>> | undefined> {
  const row = await world.stage.db.query
    .selectFrom('outbox')
    .select('payload')
    .where('owner_id', '=', owner)
    .where('type', '=', 'access.changed')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  // A jsonb object, written by insertTransitions.
  return row?.payload as Readonly<Record<string, unknown>> | undefined
}
