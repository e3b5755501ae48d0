import Stripe from 'stripe'
import { describe, expect, test, vi } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { eventually } from '../support/eventually.ts'
import { misfits, olderVersions } from '../support/fits-version.ts'
import { startReceiver } from '../support/receiver.ts'
import { startShop } from '../support/shop.ts'
import { trade } from '../support/trade.ts'

type Hash = Record<string, unknown>

/** For some two thousand deliveries, also where other work goes on beside them. */
const patienceMs = 60_000
// Whichever test comes first waits for them.
vi.setConfig({ testTimeout: patienceMs + 30_000 })

const monthly = [
  ...(['2025-05-28.basil', '2025-06-30.basil', '2025-11-17.clover'] as const),
  ...(['2025-12-15.clover', '2026-04-22.dahlia', '2026-05-27.dahlia'] as const),
] as const

test.each(olderVersions)('everything delivered at %s has the fields of that version', async (version) => {
  const events = await delivered(version)
  expect(new Set(events.map((event) => event.api_version))).toEqual(new Set([version]))
  // The preview of an invoice has no id, at any version.
  const whole = events.filter(({ type }) => type !== 'invoice.upcoming')
  expect([...new Set(whole.flatMap(({ data }) => misfits(data.object, version)))]).toEqual([])
})

test('everything delivered at the SDK’s own version conforms to it', async () => {
  const events = await delivered(Stripe.API_VERSION)
  expect(events.flatMap(conforms)).toEqual([])
})

test('an endpoint without a version gets the account’s', async () => {
  const basil = '2025-08-27.basil'
  const events = (await deliverTo([''], { apiVersion: basil })).get('') ?? []
  expect(new Set(events.map((event) => event.api_version))).toEqual(new Set([basil]))
  expect(events.flatMap(({ data }) => misfits(data.object, basil))).toEqual([])
})

test('the same event is one thing to everybody, whatever its shape', async () => {
  const ids = async (version: string): Promise<string[]> =>
    (await delivered(version)).filter(({ type }) => type !== 'invoice_payment.paid').map(({ id }) => id)
  expect(await ids('2025-02-24.acacia')).toEqual(await ids(Stripe.API_VERSION))
})

test('an endpoint of a version hears nothing of what did not exist then', async () => {
  const events = await delivered('2025-02-24.acacia')
  expect(events.map(({ type }) => type)).not.toContain('invoice_payment.paid')
  const later = await delivered('2025-08-27.basil')
  expect(later.map(({ type }) => type)).toContain('invoice_payment.paid')
})

describe('at acacia', () => {
  const version = '2025-02-24.acacia'

  test('a subscription has its period itself, and its items have none', async () => {
    const subscription = await snapshot(version, 'customer.subscription.created')
    expect(subscription).toMatchObject({
      current_period_start: Date.UTC(2027, 0, 31, 12) / 1000,
      current_period_end: Date.UTC(2027, 1, 28, 12) / 1000,
      discount: null,
    })
    expect(subscription.items).toMatchObject({
      data: [expect.not.objectContaining({ current_period_end: 1 })],
    })
    expect(JSON.stringify(subscription.items)).not.toContain('current_period')
    expect(subscription).not.toHaveProperty('billing_mode')
  })

  test('an invoice names its subscription, its payment and whether it is paid', async () => {
    const invoice = await snapshot(version, 'invoice.paid')
    expect(invoice).toMatchObject({
      subscription: expect.stringMatching(/^sub_/),
      subscription_details: { metadata: {} },
      payment_intent: expect.stringMatching(/^pi_/),
      charge: expect.stringMatching(/^ch_/),
      paid: true,
      paid_out_of_band: false,
      quote: null,
      discount: null,
      tax: null,
      total_tax_amounts: [],
      application_fee_amount: null,
      transfer_data: null,
    })
    expect(Object.keys(invoice)).not.toEqual(expect.arrayContaining(['parent', 'total_taxes']))
  })

  test('a line of an invoice has its price, its plan and its kind', async () => {
    const invoice = (await snapshot(version, 'invoice.paid')) as { lines?: { data?: Hash[] } }
    const [line] = invoice.lines?.data ?? []
    expect(line).toMatchObject({
      type: 'subscription',
      price: { id: 'price_demo_team_monthly', object: 'price', recurring: { aggregate_usage: null } },
      plan: { id: 'price_demo_team_monthly', object: 'plan', aggregate_usage: null },
      subscription_item: expect.stringMatching(/^si_/),
      proration: false,
      proration_details: { credited_items: null },
      amount_excluding_tax: 2900,
      unit_amount_excluding_tax: '2900',
      tax_amounts: [],
      tax_rates: [],
    })
    expect(Object.keys(line ?? {})).not.toEqual(expect.arrayContaining(['pricing', 'parent', 'taxes']))
  })

  test('a charge and a payment intent name the invoice', async () => {
    const events = await delivered(version)
    const invoices = events.filter(({ type }) => type === 'invoice.paid').map(({ data }) => idOf(data.object))
    const named = events
      .filter(({ type }) => type === 'charge.succeeded' || type === 'payment_intent.succeeded')
      .map(({ data }) => (data.object as unknown as Hash).invoice)
    // That of a one-time purchase has none; nor has the charge of a subscription's Checkout, whose invoice is made after it.
    expect(named).toContain(null)
    expect(new Set(named.filter((id) => id !== null))).toEqual(new Set(invoices))
  })

  test('Checkout is hosted, and says where to ship to', async () => {
    const session = await snapshot(version, 'checkout.session.completed')
    expect(session).toMatchObject({
      ui_mode: 'hosted',
      shipping_details: null,
      payment_method_types: ['card'],
    })
  })

  test('what changed is told in its own fields', async () => {
    const events = await delivered(version)
    const paid = events.find(({ type }) => type === 'invoice.updated')
    expect(paid?.data.previous_attributes).toMatchObject({ attempted: expect.any(Boolean) })
    expect(JSON.stringify(events.map(({ data }) => data.previous_attributes))).not.toContain('"parent"')
  })
})

describe('at basil and later', () => {
  test('a subscription’s items have the period, and an invoice has a parent', async () => {
    const subscription = await snapshot('2025-08-27.basil', 'customer.subscription.created')
    expect(subscription).not.toHaveProperty('current_period_end')
    expect(subscription).toMatchObject({
      billing_mode: { type: 'flexible' },
      items: { data: [{ current_period_end: Date.UTC(2027, 1, 28, 12) / 1000 }] },
    })
    const invoice = await snapshot('2025-08-27.basil', 'invoice.paid')
    expect(invoice).toMatchObject({ parent: { type: 'subscription_details' }, total_taxes: [] })
    expect(invoice).not.toHaveProperty('payment_intent')
  })

  test.each([
    ['2025-08-27.basil', 'hosted'],
    ['2026-02-25.clover', 'hosted'],
    ['2026-08-26.dahlia', 'hosted_page'],
  ])('at %s Checkout calls itself %s', async (version, uiMode) => {
    expect(await snapshot(version, 'checkout.session.completed')).toMatchObject({ ui_mode: uiMode })
  })

  test.each([
    [monthly[0], monthly[1], 'billing_mode'],
    [monthly[2], monthly[3], 'customer_account'],
    [monthly[4], monthly[5], 'billing_schedules'],
  ] as const)('a subscription of %s lacks what came with %s: %s', async (before, since, field) => {
    expect(await snapshot(before, 'customer.subscription.created')).not.toHaveProperty(field)
    expect(await snapshot(since, 'customer.subscription.created')).toHaveProperty(field)
  })
})

async function snapshot(version: string, type: string): Promise<Hash> {
  const event = (await delivered(version)).find((each) => each.type === type)
  if (!event) throw new Error(`no ${type} was delivered`)
  return event.data.object as unknown as Hash
}

let everything: Promise<Map<string, Stripe.Event[]>> | undefined

/** What the endpoint of a version got. Everything happened once, with one endpoint for each version. */
async function delivered(version: string): Promise<Stripe.Event[]> {
  everything ??= deliverTo([...olderVersions, ...monthly, Stripe.API_VERSION])
  return (await everything).get(version) ?? []
}

/** Everything that happens in a shop, as endpoints of these versions get it, verified. */
async function deliverTo(
  versions: readonly string[],
  options: Parameters<typeof startShop>[0] = {},
): Promise<Map<string, Stripe.Event[]>> {
  const receiver = await startReceiver()
  const shop = await startShop(options)
  const secrets = new Map<string, string>()
  for (const version of versions) {
    const { secret } = await shop.stripe.webhookEndpoints.create({
      url: `${receiver.url}?${version}`,
      enabled_events: ['*'],
      // A boundary: the SDK's type of this parameter lists every version that there ever was.
      ...(version === '' ? {} : { api_version: version as Stripe.WebhookEndpointCreateParams.ApiVersion }),
    })
    secrets.set(version, secret ?? '')
  }
  await trade(shop)
  const { store } = shop.sandbox.context
  const isDone = () => [...store.all('delivery')].every((delivery) => delivery.deliveredAt !== null)
  await eventually(isDone, { timeoutMs: patienceMs }).toBe(true)
  const events = new Map<string, Stripe.Event[]>()
  for (const { body, headers, query } of receiver.received) {
    const signature = headers['stripe-signature'] ?? ''
    const event = shop.stripe.webhooks.constructEvent(body, signature, secrets.get(query) ?? '')
    const before = events.get(query) ?? []
    // On a busy machine an answer can come too late, and the event a second time.
    if (before.every((each) => each.id !== event.id)) events.set(query, [...before, event])
  }
  // They arrived side by side: back in the order in which it all happened.
  const order = Array.from(store.all('event'), ({ id }) => id).reverse()
  for (const each of events.values()) each.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  return events
}

function idOf(object: object): string {
  return String((object as Hash).id)
}
