import Stripe from 'stripe'
import { beforeAll, expect, test, vi } from 'vitest'
import { payInSandbox } from '../../support/pay-in-sandbox.ts'
import { useSyncEngine } from './sync-engine.ts'

/** Supabase's sync engine, as npm has it: it takes the sandbox's webhooks and backfills from its API. */
const peer = useSyncEngine()
let stripe: Stripe

beforeAll(() => {
  const { apiKey, host, port, protocol } = peer.sandbox
  stripe = new Stripe(apiKey, { host, port, protocol })
})

async function subscribe(): Promise<Stripe.Subscription> {
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: (await stripe.customers.create({ email: 'ada@example.com' })).id,
    line_items: [{ price: 'price_demo_team_monthly', quantity: 1 }],
    success_url: 'https://shop.example/thanks',
  })
  await payInSandbox(session.url ?? '')
  const { subscription } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
  return subscription as Stripe.Subscription
}

async function untilDelivered(): Promise<void> {
  await vi.waitFor(async () => {
    const waiting = await stripe.events.list({ delivery_success: false })
    expect(waiting.data).toEqual([])
  }, 15_000)
}

test('what the sandbox announces arrives in its tables', async () => {
  const { id, customer, latest_invoice: invoice } = await subscribe()
  await stripe.subscriptions.cancel(id)
  await vi.waitFor(async () => {
    expect(await peer.rows('subscriptions', id)).toMatchObject([{ status: 'canceled', customer }])
    expect(await peer.rows('invoices', String(invoice))).toMatchObject([{ status: 'paid', total: '2900' }])
  }, 15_000)
})

test('it refuses no event but those that it has no table for', async () => {
  await subscribe()
  await untilDelivered()
  expect(peer.refused.filter((refusal) => !refusal.endsWith('Unhandled webhook event'))).toEqual([])
})

test('a backfill stores everything that the sandbox lists', async () => {
  const subscription = await subscribe()
  const { latest_invoice: invoice } = subscription
  // It believes what an event says, also one that comes after the backfill.
  await untilDelivered()
  await peer.empty()
  for (const object of [
    'product',
    'price',
    'plan',
    'customer',
    'subscription',
    'invoice',
    'charge',
  ] as const) {
    await peer.engine.syncBackfill({ object })
  }
  expect(await peer.rows('subscriptions', subscription.id)).toMatchObject([{ status: 'active' }])
  expect(await peer.rows('invoices', String(invoice))).toMatchObject([{ status: 'paid' }])
  expect(await peer.rows('plans', 'price_demo_team_monthly')).toMatchObject([{ amount: '2900' }])
})
