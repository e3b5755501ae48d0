import { describe, expect, test } from 'vitest'
import { withCustomer } from '../support/drafts.ts'
import { line } from '../support/lives.ts'
import { typedCard } from '../support/pages.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const sent = { collection_method: 'send_invoice', days_until_due: 10 } as const

describe('an invoice that is sent', () => {
  test('is told of before it is due and when it is overdue', async () => {
    const shop = await withCustomer()
    const { id } = await shop.draft(2500, sent)
    await shop.stripe.invoices.sendInvoice(id)
    expect(typesOf(await shop.newEvents())).toEqual([
      'invoice.finalized',
      'payment_intent.created',
      'invoice.sent',
    ])
    await shop.sandbox.advance({ days: 30 })
    expect((await shop.newEvents()).map(line)).toEqual([
      '2027-02-07T12:00:00 invoice.will_be_due',
      '2027-02-10T12:00:00 invoice.overdue',
    ])
  })

  test('cannot be sent once it is paid, nor when it is charged automatically', async () => {
    const { stripe, draft } = await withCustomer()
    const paid = await draft(2500, sent)
    await stripe.invoices.pay(paid.id)
    expect((await failure(stripe.invoices.sendInvoice(paid.id))).message).toContain(
      'cannot be sent right now',
    )
    const charged = await draft()
    expect((await failure(stripe.invoices.sendInvoice(charged.id))).message).toContain("'send_invoice'")
  })

  test('of a subscription is paid on its page, and overdue before', async () => {
    const { stripe, customer, sandbox, newEvents } = await withCustomer()
    const subscription = await stripe.subscriptions.create({
      ...sent,
      customer,
      items: [{ price: 'price_demo_team_monthly' }],
    })
    expect(subscription.status).toBe('active')
    await sandbox.advance({ days: 11 })
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due')
    const invoice = await stripe.invoices.retrieve(String(subscription.latest_invoice))
    expect(invoice.due_date).toBe((invoice.status_transitions.finalized_at ?? 0) + 10 * 86_400)
    await newEvents()
    const body = new URLSearchParams({
      number: '4242424242424242',
      expiry: '12 / 34',
      cvc: '123',
      name: 'Ada',
    })
    await fetch(invoice.hosted_invoice_url ?? '', { method: 'POST', body, redirect: 'manual' })
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
    expect(typesOf(await newEvents())).toContain('invoice.paid')
  })
})

describe('who pays an invoice on its page', () => {
  const pay = (url: string | null | undefined) =>
    fetch(url ?? '', { method: 'POST', redirect: 'manual', body: new URLSearchParams(typedCard()) })

  test('leaves no card behind, unless a subscription has a use for it', async () => {
    const { stripe, customer, draft, sandbox } = await withCustomer()
    const held = async () => (await stripe.customers.listPaymentMethods(customer)).data.length
    const { id } = await draft(2500, sent)
    await pay((await stripe.invoices.sendInvoice(id)).hosted_invoice_url)
    expect(await held()).toBe(1)
    const items = [{ price: 'price_demo_team_monthly' }]
    const { latest_invoice: first } = await stripe.subscriptions.create({ customer, items, ...sent })
    await sandbox.advance({ hours: 2 })
    await pay((await stripe.invoices.retrieve(String(first))).hosted_invoice_url)
    expect(await held()).toBe(2)
  })
})

test('a first invoice that is paid out of band begins its subscription', async () => {
  const { stripe, customer } = await withCustomer()
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: 'price_demo_team_monthly' }],
    payment_behavior: 'default_incomplete',
  })
  expect(subscription.status).toBe('incomplete')
  await stripe.invoices.pay(String(subscription.latest_invoice), { paid_out_of_band: true })
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
})
