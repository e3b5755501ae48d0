import { beforeAll, expect, test } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { accessToldOf, addOwner, deliver, drain, eventsOf, mirrorOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const DAY_MS = 24 * 60 * 60_000
let small: string
let large: string

beforeAll(async () => {
  small = await priceOf('Small', 1_000)
  large = await priceOf('Large', 9_000)
  await syncCatalogue(rig.context)
})

test('a subscription whose dearer plan was not paid keeps its grace, also when the events of the invoice are late', async () => {
  const { customer, invoice, events } = await failToUpgrade('ann')
  await deliver(rig, events.findLast(isOfSubscription) ?? {})
  await drain(rig)
  expect(await mirrorOf(rig, 'ann')).toMatchObject({
    subscriptions: [{ status: 'past_due' }],
    invoices: expect.arrayContaining([expect.objectContaining({ id: invoice, status: 'open' })]),
  })
  await deliverAll(customer)
  expect(await changesOf('ann')).toEqual([
    { gained: ['Small'], lost: [], until: null },
    { gained: ['Large'], lost: ['Small'], until: whenInGraceSince(clock.now().getTime()) },
  ])
})

test('an older invoice that rings brings the latest one too', async () => {
  const { invoice, events } = await failToUpgrade('bea')
  await deliver(rig, { ...events.find(({ type }) => type === 'invoice.paid'), id: 'evt_again' })
  await drain(rig)
  expect((await mirrorOf(rig, 'bea')).invoices).toContainEqual(
    expect.objectContaining({ id: invoice, status: 'open' }),
  )
})

test('an invoice that the mirror knows to be open is not asked for again', async () => {
  const { customer, subscription, events } = await failToUpgrade('cyd')
  await deliverAll(customer)
  rig.network.calls.length = 0
  await deliver(rig, { ...events.findLast(isOfSubscription), id: 'evt_once_more' })
  await drain(rig)
  expect(rig.network.calls).toEqual([`GET /v1/subscriptions/${subscription}`])
})

test('the grace of what was kept as a draft counts from when it was asked for, and not from when it was made', async () => {
  const customer = await addOwner(rig, 'dan')
  const { id } = await subscribe(customer)
  await rig.stripe.subscriptions.update(id, { pause_collection: { behavior: 'keep_as_draft' } })
  await rig.sandbox.advance({ days: 50 })
  const { latest_invoice: draft } = await rig.stripe.subscriptions.retrieve(id)
  await rig.stripe.subscriptions.update(id, { pause_collection: '' })
  await useBadCard(customer, id)
  await rig.stripe.invoices.finalizeInvoice(String(draft))
  await expect(rig.stripe.invoices.pay(String(draft))).rejects.toThrow('declined')
  const { created, status_transitions } = await rig.stripe.invoices.retrieve(String(draft))
  const askedFor = (status_transitions.finalized_at ?? 0) * 1000
  expect(askedFor - created * 1000).toBeGreaterThan(7 * DAY_MS)
  clock.set(new Date(askedFor))
  await deliverAll(customer)
  expect((await changesOf('dan')).at(-1)).toMatchObject({ until: whenInGraceSince(askedFor) })
})

const isOfSubscription = ({ type }: Stripe.Event) => type === 'customer.subscription.updated'

/** Twenty days into its period, with a card that is refused: the plan is changed all the same, and the subscription is past due. */
async function failToUpgrade(owner: string) {
  const customer = await addOwner(rig, owner)
  const { id, items } = await subscribe(customer)
  await rig.sandbox.advance({ days: 20 })
  await useBadCard(customer, id)
  await deliverAll(customer)
  const known = await eventsOf(rig, customer)
  const { latest_invoice: invoice } = await rig.stripe.subscriptions.update(id, {
    items: [{ id: String(items.data[0]?.id), price: large }],
    proration_behavior: 'always_invoice',
  })
  const { created } = await rig.stripe.invoices.retrieve(String(invoice))
  clock.set(new Date(created * 1000))
  const events = await eventsOf(rig, customer)
  return { customer, subscription: id, invoice, events: [...known, ...events.slice(known.length)] }
}

async function subscribe(customer: string): Promise<Stripe.Subscription> {
  const good = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  const subscription = await rig.stripe.subscriptions.create({
    ...{ customer, default_payment_method: good.id, items: [{ price: small }] },
  })
  await deliverAll(customer)
  return subscription
}

async function useBadCard(customer: string, subscription: string): Promise<void> {
  const bad = await rig.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
  await rig.stripe.subscriptions.update(subscription, { default_payment_method: bad.id })
}

function whenInGraceSince(timeMs: number): string {
  return instant(new Date(timeMs + 7 * DAY_MS))
}

async function priceOf(name: string, amountMinor: number): Promise<string> {
  const product = await rig.stripe.products.create({ name, marketing_features: [{ name }] })
  const asked = { product: product.id, unit_amount: amountMinor, currency: 'usd' }
  return (await rig.stripe.prices.create({ ...asked, recurring: { interval: 'month' } })).id
}

async function deliverAll(customer: string): Promise<void> {
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
}

async function changesOf(ownerId: string): Promise<unknown[]> {
  return (await accessToldOf(rig, ownerId)).map((payload) => {
    // Written by insertTransitions, from an access.changed.
    const { gained, lost, grants } = payload as {
      gained: string[]
      lost: string[]
      grants: { until: string }[]
    }
    return { gained, lost, until: grants[0]?.until }
  })
}
