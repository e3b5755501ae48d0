import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { iso } from '../support/lives.ts'
import { startMetered } from '../support/metered.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('a metered subscription', () => {
  test('begins without an invoice and without a quantity', async () => {
    const { subscribe, newEvents } = await startMetered()
    const subscription = await subscribe()
    expect(subscription).toMatchObject({ status: 'active', latest_invoice: null })
    expect(subscription.items.data[0]?.quantity).toBeUndefined()
    expect(typesOf(await newEvents())).toEqual(['customer.subscription.created', 'customer.updated'])
  })

  test('takes no quantity', async () => {
    const { subscribe, price } = await startMetered()
    const call = subscribe({ items: [{ price: price.id, quantity: 2 }] })
    expect(await failure(call)).toMatchObject({ param: 'items[0][quantity]' })
  })

  test('is billed in arrears for the period in which it was used', async () => {
    const { subscribe, use, sandbox, invoicesOf } = await startMetered()
    const { id } = await subscribe()
    await use(100)
    await sandbox.advance({ days: 10 })
    await use(20)
    await sandbox.advance({ days: 19 })
    const [invoice, ...others] = await invoicesOf(id)
    expect(others).toEqual([])
    expect(invoice).toMatchObject({ status: 'paid', billing_reason: 'subscription_cycle', amount_paid: 600 })
    const [line] = invoice?.lines.data ?? []
    expect(line).toMatchObject({ quantity: 120, description: '120 × Larkspur Team (at $0.05 / month)' })
    expect([line?.period.start, line?.period.end].map((at) => iso(at ?? 0))).toEqual([
      '2027-01-31T12:00:00',
      '2027-02-28T12:00:00',
    ])
  })

  test('beside seats, which are billed in advance', async () => {
    const { subscribe, use, sandbox, invoicesOf, price } = await startMetered()
    const { id } = await subscribe({
      items: [{ price: price.id }, { price: 'price_demo_team_monthly', quantity: 2 }],
    })
    await use(10)
    await sandbox.advance({ days: 29 })
    const invoices = await invoicesOf(id)
    expect(invoices.map(({ amount_paid, lines }) => [amount_paid, lines.data.length])).toEqual([
      [5850, 2],
      [5800, 1],
    ])
  })

  test('counts late usage until the draft is finalized', async () => {
    const { subscribe, use, sandbox, invoicesOf, clock } = await startMetered()
    const { id } = await subscribe()
    await use(10)
    await sandbox.advance({ days: 28, minutes: 30 })
    expect((await invoicesOf(id))[0]).toMatchObject({ status: 'draft', total: 50 })
    const ended = clock.now() + 28 * 86_400 - 60
    await use(5, { timestamp: ended })
    await sandbox.advance({ hours: 1 })
    expect((await invoicesOf(id))[0]).toMatchObject({ status: 'paid', total: 75 })
    await use(7, { timestamp: ended })
    await sandbox.advance({ days: 32 })
    expect((await invoicesOf(id)).map(({ total }) => total)).toEqual([0, 75])
  })

  test('is previewed with what was used so far', async () => {
    const { stripe, subscribe, use } = await startMetered()
    const { id: subscription } = await subscribe()
    await use(40)
    expect(await stripe.invoices.createPreview({ subscription })).toMatchObject({ amount_due: 200 })
  })

  test('costs nothing for what is used in its trial', async () => {
    const { subscribe, use, sandbox, invoicesOf } = await startMetered()
    const { id } = await subscribe({ trial_period_days: 10 })
    await use(1000)
    await sandbox.advance({ days: 11 })
    await use(10)
    await sandbox.advance({ days: 30 })
    expect((await invoicesOf(id)).map(({ total }) => total)).toEqual([50, 0])
  })

  test.each([
    ['counts', 'count', 2],
    ['takes the last value of', 'last', 3],
  ] as const)('%s its events where the meter does', async (_, formula, expected) => {
    const { subscribe, use, sandbox, invoicesOf } = await startMetered({ default_aggregation: { formula } })
    const { id } = await subscribe()
    await use(9)
    await sandbox.advance({ days: 1 })
    await use(3)
    await sandbox.advance({ days: 28 })
    expect((await invoicesOf(id))[0]?.lines.data[0]).toMatchObject({ quantity: expected })
  })

  test('is billed in tiers where its price has them', async () => {
    const { stripe, use, sandbox, invoicesOf, meter, customer } = await startMetered()
    const tiered = await stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 100, unit_amount: 5 },
        { up_to: 'inf', unit_amount: 2 },
      ],
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    })
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: tiered.id }] })
    await use(150)
    await sandbox.advance({ days: 29 })
    expect((await invoicesOf(id))[0]).toMatchObject({ status: 'paid', total: 600 })
  })

  test('never bills less than nothing', async () => {
    const { subscribe, use, sandbox, invoicesOf } = await startMetered()
    const { id } = await subscribe()
    await use(3)
    await use(-5)
    await sandbox.advance({ days: 29 })
    expect((await invoicesOf(id))[0]).toMatchObject({ total: 0 })
  })

  test('counts fractions of a cent exactly, and rounds once', async () => {
    const { stripe, use, sandbox, invoicesOf, meter, customer } = await startMetered()
    const fine = await stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      unit_amount_decimal: Stripe.Decimal.from('0.1'),
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    })
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: fine.id }] })
    await use(12_345)
    await sandbox.advance({ days: 29 })
    expect((await invoicesOf(id))[0]).toMatchObject({ total: 1235 })
  })
})

describe('usage until now is billed', () => {
  test('when the subscription reaches its planned end', async () => {
    const { stripe, subscribe, use, sandbox, invoicesOf } = await startMetered()
    const { id } = await subscribe({ cancel_at_period_end: true })
    await use(30)
    await sandbox.advance({ days: 29 })
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled' })
    expect((await invoicesOf(id)).map(({ total, status }) => [total, status])).toEqual([[150, 'paid']])
  })

  test.each([
    ['billed', true, [[150, 'paid']]],
    ['not billed', false, []],
  ] as const)('when it is canceled now, only if asked for: %s', async (_, invoiceNow, expected) => {
    const { stripe, subscribe, use, invoicesOf } = await startMetered()
    const { id } = await subscribe()
    await use(30)
    await stripe.subscriptions.cancel(id, { invoice_now: invoiceNow })
    expect((await invoicesOf(id)).map(({ total, status }) => [total, status])).toEqual(expected)
  })

  test('when its item goes, and what comes after is billed at the new price', async () => {
    const { stripe, subscribe, use, sandbox, invoicesOf, meter } = await startMetered()
    const dearer = await stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      unit_amount: 50,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    })
    const { id, items } = await subscribe()
    await use(10)
    await sandbox.advance({ days: 10 })
    await stripe.subscriptions.update(id, { items: [{ id: items.data[0]?.id ?? '', price: dearer.id }] })
    await use(2)
    await sandbox.advance({ days: 19 })
    expect((await invoicesOf(id))[0]?.lines.data.map(({ amount }) => amount).sort()).toEqual([100, 50])
  })

  test('when it is paused, and not again when it goes on', async () => {
    const { stripe, subscribe, use, sandbox, invoicesOf } = await startMetered()
    const { id } = await subscribe()
    await use(10)
    await stripe.subscriptions.pause(id, { invoicing_behavior: 'invoice' })
    await sandbox.advance({ days: 1 })
    await stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success' })
    await use(4)
    await sandbox.advance({ days: 33 })
    expect((await invoicesOf(id)).map(({ total }) => total)).toEqual([20, 50])
  })
})

describe('a metered item whose addition waits for a payment', () => {
  async function startWaiting() {
    const shop = await startMetered()
    const { id } = await shop.subscribe({ items: [{ price: 'price_demo_starter_monthly' }] })
    const bad = await shop.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: shop.customer,
    })
    await shop.stripe.customers.update(shop.customer, {
      invoice_settings: { default_payment_method: bad.id },
    })
    const waits = { payment_behavior: 'pending_if_incomplete', proration_behavior: 'always_invoice' } as const
    return { ...shop, id, waits }
  }

  test('counts what is used from the payment on, not from the request', async () => {
    const { stripe, sandbox, id, waits, price, customer, use, invoicesOf } = await startWaiting()
    await stripe.subscriptions.update(id, {
      items: [{ price: price.id }, { price: 'price_demo_team_monthly' }],
      ...waits,
    })
    await use(100)
    await sandbox.advance({ hours: 1 })
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer })
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: good.id } })
    await stripe.invoices.pay((await invoicesOf(id))[0]?.id ?? '')
    await use(7)
    await sandbox.advance({ days: 29 })
    const [renewal] = await invoicesOf(id)
    expect(renewal?.lines.data.map(({ quantity }) => quantity)).toContain(7)
  })

  test('answers the item that is waiting', async () => {
    const { stripe, id, waits } = await startWaiting()
    const item = await stripe.subscriptionItems.create({
      subscription: id,
      price: 'price_demo_team_monthly',
      ...waits,
    })
    const waiting = await stripe.subscriptions.retrieve(id)
    expect(waiting.items.data).toHaveLength(1)
    expect(waiting.pending_update?.subscription_items?.map((each) => each.id)).toContain(item.id)
  })
})

describe('Checkout of a metered price', () => {
  test('has no quantity, takes nothing now, and keeps the card', async () => {
    const { checkout, pay, price, stripe, use, sandbox, invoicesOf, newEvents } = await startMetered()
    const session = await checkout({ line_items: [{ price: price.id }] })
    expect(session.amount_total).toBe(0)
    expect(pay(session.id)).toEqual({ outcome: 'complete' })
    const complete = await stripe.checkout.sessions.retrieve(session.id)
    expect(complete).toMatchObject({ payment_status: 'no_payment_required', invoice: null })
    expect(typesOf(await newEvents())).toContain('customer.subscription.created')
    await use(8, { payload: { stripe_customer_id: String(complete.customer), value: '8' } })
    await sandbox.advance({ days: 29 })
    expect((await invoicesOf(String(complete.subscription)))[0]).toMatchObject({ status: 'paid', total: 40 })
  })

  test('with a quantity is refused', async () => {
    const { checkout, price } = await startMetered()
    const call = checkout({ line_items: [{ price: price.id, quantity: 1 }] })
    expect(await failure(call)).toMatchObject({ param: 'line_items[0][quantity]' })
  })

  test('says what a unit costs', async () => {
    const { checkout, price } = await startMetered()
    const session = await checkout({ line_items: [{ price: price.id }] })
    expect(await (await fetch(session.url ?? '')).text()).toContain('$0.05 per unit, billed monthly')
  })
})
