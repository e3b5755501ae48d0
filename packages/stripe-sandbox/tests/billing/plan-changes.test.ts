import fc from 'fast-check'
import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { iso, startLife } from '../support/lives.ts'
import { everythingConforms, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const team = 'price_demo_team_monthly'
const starter = 'price_demo_starter_monthly'
const yearly = 'price_demo_team_yearly'

/** Amounts of the lines of an invoice, with what they are for. */
function lines(invoice: Stripe.Invoice | undefined): [string | null, number][] {
  return (invoice?.lines.data ?? []).map((line) => [line.description, line.amount])
}

describe('a change within the period', () => {
  test('is credited and debited to the second, on the next invoice', async () => {
    const life = await startLife({ items: [{ price: starter }] })
    await life.sandbox.advance({ days: 14 })
    await life.newEvents()
    await life.stripe.subscriptions.update(life.born.id, { items: [{ id: life.item.id, price: team }] })
    const events = await life.newEvents()
    expect(typesOf(events)).toEqual([
      'invoiceitem.created',
      'invoiceitem.created',
      'customer.subscription.updated',
    ])
    await life.sandbox.advance({ days: 15 })
    expect(lines((await life.invoices())[0])).toEqual([
      ['Unused time on Larkspur Starter after 14 Feb 2027', -450],
      ['Remaining time on Larkspur Team after 14 Feb 2027', 1450],
      ['1 × Larkspur Team (at $29.00 / month)', 2900],
    ])
    expect(everythingConforms(life.sandbox)).toEqual([])
  })

  test('billed at once keeps the billing date', async () => {
    const life = await startLife({ items: [{ price: starter }] })
    await life.sandbox.advance({ days: 7 })
    await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, price: team }],
      proration_behavior: 'always_invoice',
    })
    const [invoice] = await life.invoices()
    expect(invoice).toMatchObject({
      billing_reason: 'subscription_update',
      status: 'paid',
      amount_paid: 2175 - 675,
    })
    expect((await life.now()).items.data[0]?.current_period_end).toBe(life.item.current_period_end)
  })

  test('without proration costs nothing before the next period', async () => {
    const life = await startLife({ items: [{ price: starter }] })
    await life.sandbox.advance({ days: 7 })
    await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, price: team }],
      proration_behavior: 'none',
    })
    await life.sandbox.advance({ days: 22 })
    expect((await life.invoices()).map(({ total }) => total)).toEqual([2900, 900])
  })

  test('to a cheaper plan gives credit that the next invoices use, never money', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 1 })
    await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, price: starter }],
      proration_behavior: 'always_invoice',
    })
    const [invoice] = await life.invoices()
    expect(invoice).toMatchObject({ status: 'paid', amount_due: 0, total: -1928 })
    expect(await life.stripe.customers.retrieve(life.customer.id)).toMatchObject({ balance: -1928 })
    await life.sandbox.advance({ days: 28 })
    expect((await life.invoices())[0]).toMatchObject({ total: 900, amount_due: 0, ending_balance: -1028 })
  })

  test('there and back costs nothing', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 10 })
    for (const price of [starter, team]) {
      await life.stripe.subscriptions.update(life.born.id, { items: [{ id: life.item.id, price }] })
    }
    const preview = await life.stripe.invoices.createPreview({ subscription: life.born.id })
    expect(preview.total).toBe(2900)
  })

  test('counts from the proration date', async () => {
    const life = await startLife({ items: [{ price: starter }] })
    await life.sandbox.advance({ days: 14 })
    const prorationDate = life.born.created + 7 * 86_400
    const preview = await life.stripe.invoices.createPreview({
      subscription: life.born.id,
      subscription_details: {
        items: [{ id: life.item.id, price: team }],
        proration_date: prorationDate,
        proration_behavior: 'always_invoice',
      },
    })
    expect(lines(preview).map(([, amount]) => amount)).toEqual([-675, 2175])
  })
})

describe('seats', () => {
  test('more of them are billed for the rest of the period', async () => {
    const life = await startLife({ items: [{ price: team, quantity: 2 }] })
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptionItems.update(life.item.id, {
      quantity: 5,
      proration_behavior: 'always_invoice',
    })
    expect(lines((await life.invoices())[0])).toEqual([
      ['Unused time on 2 × Larkspur Team after 14 Feb 2027', -2900],
      ['Remaining time on 5 × Larkspur Team after 14 Feb 2027', 7250],
    ])
  })

  test('a new price without a quantity means one', async () => {
    const life = await startLife({ items: [{ price: team, quantity: 4 }] })
    const changed = await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, price: starter }],
    })
    expect(changed.items.data[0]?.quantity).toBe(1)
  })
})

describe('another interval', () => {
  test('begins a new period now, with credit for the old one', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    const changed = await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, price: yearly }],
    })
    expect(iso(changed.items.data[0]?.current_period_end ?? 0)).toBe('2028-02-14T12:00:00')
    expect(iso(changed.billing_cycle_anchor)).toBe('2027-02-14T12:00:00')
    expect(lines((await life.invoices())[0])).toEqual([
      ['Unused time on Larkspur Team after 14 Feb 2027', -1450],
      ['1 × Larkspur Team (at $290.00 / year)', 29_000],
    ])
  })

  test('the anchor can be moved to now by itself', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptions.update(life.born.id, { billing_cycle_anchor: { type: 'now' } })
    expect((await life.invoices())[0]).toMatchObject({ total: 1450, status: 'paid' })
  })
})

describe('items', () => {
  test('a price without the id of an item is added beside what is there', async () => {
    const life = await startLife()
    const changed = await life.stripe.subscriptions.update(life.born.id, { items: [{ price: starter }] })
    expect(changed.items.data.map((item) => item.price.id)).toEqual([team, starter])
    await life.sandbox.advance({ days: 29 })
    expect((await life.invoices())[0]?.total).toBe(2900 + 900 + 900)
  })

  test('one can be taken away with credit, the last one not', async () => {
    const life = await startLife({ items: [{ price: team }, { price: starter }] })
    await life.sandbox.advance({ days: 14 })
    const second = life.born.items.data[1]?.id ?? ''
    expect(await life.stripe.subscriptionItems.del(second)).toMatchObject({ id: second, deleted: true })
    const preview = await life.stripe.invoices.createPreview({ subscription: life.born.id })
    expect(preview.total).toBe(2900 - 450)
    expect(await failure(life.stripe.subscriptionItems.del(life.item.id))).toMatchObject({ param: 'items' })
  })

  test('of different intervals renew each in its own time', async () => {
    const life = await startLife({ items: [{ price: starter }, { price: yearly }] })
    await life.sandbox.advance({ days: 60 })
    expect((await life.invoices()).map(({ total }) => total)).toEqual([900, 900, 29_900])
  })
})

describe('a change that cannot be paid', () => {
  async function startWithBadCard() {
    const life = await startLife({ items: [{ price: starter }] })
    await life.changeCard('pm_card_chargeCustomerFail')
    await life.sandbox.advance({ days: 7 })
    await life.newEvents()
    const upgrade = (payment_behavior: Stripe.SubscriptionUpdateParams.PaymentBehavior) =>
      life.stripe.subscriptions.update(life.born.id, {
        items: [{ id: life.item.id, price: team }],
        proration_behavior: 'always_invoice',
        payment_behavior,
      })
    return { ...life, upgrade }
  }

  test('stays, and the subscription is past due', async () => {
    const life = await startWithBadCard()
    const changed = await life.upgrade('allow_incomplete')
    expect(changed).toMatchObject({ status: 'past_due', items: { data: [{ price: { id: team } }] } })
  })

  test('is refused with nothing changed: error_if_incomplete', async () => {
    const life = await startWithBadCard()
    expect(await failure(life.upgrade('error_if_incomplete'))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
    expect((await life.now()).items.data[0]?.price.id).toBe(starter)
    expect(await life.newEvents()).toEqual([])
  })

  test('waits for its payment: pending_if_incomplete', async () => {
    const life = await startWithBadCard()
    const waiting = await life.upgrade('pending_if_incomplete')
    expect(waiting).toMatchObject({ status: 'active', items: { data: [{ price: { id: starter } }] } })
    expect(waiting.pending_update?.subscription_items?.[0]?.price.id).toBe(team)
    await life.changeCard('pm_card_visa')
    const [open] = await life.invoices()
    await life.stripe.invoices.pay(open?.id ?? '')
    expect(await life.now()).toMatchObject({
      pending_update: null,
      items: { data: [{ price: { id: team } }] },
    })
    expect(typesOf(await life.newEvents())).toContain('customer.subscription.pending_update_applied')
  })

  test('and was not paid within 23 hours is dropped', async () => {
    const life = await startWithBadCard()
    await life.upgrade('pending_if_incomplete')
    await life.newEvents()
    const events = (await life.pass({ hours: 24 })).map((each) => each.split(' ')[1])
    expect(events).toEqual([
      'payment_intent.canceled',
      'invoice.voided',
      'customer.subscription.updated',
      'customer.subscription.pending_update_expired',
    ])
    expect(await life.now()).toMatchObject({ status: 'active', pending_update: null })
  })

  test('that can be paid is made at once, also with pending_if_incomplete', async () => {
    const life = await startWithBadCard()
    await life.changeCard('pm_card_visa')
    expect(await life.upgrade('pending_if_incomplete')).toMatchObject({
      pending_update: null,
      items: { data: [{ price: { id: team } }] },
    })
  })
})

describe('an end before the period does', () => {
  test('with prorate and invoice_now gives the unused time as balance', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptions.cancel(life.born.id, { prorate: true, invoice_now: true })
    expect(await life.stripe.customers.retrieve(life.customer.id)).toMatchObject({ balance: -1450 })
    expect((await life.now()).status).toBe('canceled')
  })

  test('without them gives nothing', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptions.cancel(life.born.id)
    expect(await life.invoices()).toHaveLength(1)
  })
})

test('whatever is changed and when, the preview is what is then charged', async () => {
  const life = await startLife({ items: [{ price: starter }] })
  const step = fc.record({
    price: fc.constantFrom(starter, team, yearly),
    quantity: fc.integer({ min: 1, max: 5 }),
    seconds: fc.integer({ min: 1, max: 20 * 86_400 }),
  })
  await fc.assert(
    fc.asyncProperty(step, async ({ price, quantity, seconds }) => {
      await life.sandbox.advance({ seconds })
      const change = {
        items: [{ id: life.item.id, price, quantity }],
        proration_behavior: 'always_invoice' as const,
        proration_date: life.sandbox.now(),
      }
      const preview = await life.stripe.invoices.createPreview({
        subscription: life.born.id,
        subscription_details: change,
      })
      const before = (await life.invoices()).length
      await life.stripe.subscriptions.update(life.born.id, change)
      const after = await life.invoices()
      if (after.length === before) return
      const amounts = ({ total, amount_due, lines: { data } }: Stripe.Invoice) => ({
        total,
        amount_due,
        lines: data.map((each) => [each.amount, each.description]),
      })
      expect(amounts(after[0] as Stripe.Invoice)).toEqual(amounts(preview))
    }),
    { numRuns: 25 },
  )
})
