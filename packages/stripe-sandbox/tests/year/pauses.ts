import Stripe from 'stripe'
import { oneSubscription } from './found.ts'
import type { Person, World } from './live-a-year.ts'

export async function pauseCollection(world: World, person: Person): Promise<void> {
  const { sandbox, stripe, random } = world
  for (const { id } of await oneSubscription(world, person)) {
    await stripe.subscriptions.update(id, {
      pause_collection: {
        behavior: random.pick(['void', 'keep_as_draft', 'mark_uncollectible'] as const),
        ...(random.happens(0.5) ? { resumes_at: sandbox.now() + random.whole(1, 60) * 24 * 3600 } : {}),
      },
    })
  }
}

export async function stopPausingCollection(world: World, person: Person): Promise<void> {
  for (const { id } of await oneSubscription(world, person)) {
    await world.stripe.subscriptions.update(id, { pause_collection: '' })
  }
}

export async function pauseSubscription(world: World, person: Person): Promise<void> {
  const { stripe, random } = world
  for (const { id } of await oneSubscription(world, person)) {
    await stripe.subscriptions.pause(id, {
      bill_for: {
        unused_time_from: { type: random.pick(['now', 'item_current_period_start', 'none'] as const) },
      },
      invoicing_behavior: random.pick(['invoice', 'pending_invoice_item'] as const),
    })
  }
}

export async function resumeSubscription({ stripe, random }: World, { id: customer }: Person): Promise<void> {
  const { data } = await stripe.subscriptions.list({ customer, status: 'paused', limit: 10 })
  if (data.length === 0) return
  const { status, latest_invoice: invoice } = await stripe.subscriptions.resume(random.pick(data).id, {
    billing_cycle_anchor: { type: random.pick(['now', 'unchanged'] as const) },
    payment_behavior: random.pick(['resume_on_payment_attempt', 'resume_on_payment_success'] as const),
    expand: ['latest_invoice'],
  })
  const isOpen = typeof invoice === 'object' && invoice?.status === 'open' && !invoice.attempted
  if (status !== 'paused' || !isOpen || !random.happens(0.7)) return
  // A card that declines makes it past due, which is as much a life as any.
  await stripe.invoices.pay(invoice.id ?? '').catch((error: unknown) => {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
  })
}
