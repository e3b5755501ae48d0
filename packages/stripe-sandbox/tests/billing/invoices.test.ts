import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const items = [{ price: 'price_demo_team_monthly' }]

/** A shop with a subscription whose first invoice this card could not pay. */
async function withOpenInvoice(card = 'pm_card_chargeCustomerFail') {
  const shop = await startShop()
  const customer = await shop.customerWithCard(card)
  const subscription = await shop.stripe.subscriptions.create({ customer: customer.id, items })
  await shop.newEvents()
  return { ...shop, customer, subscription, invoice: subscription.latest_invoice as string }
}

describe('an open invoice', () => {
  test('has its number and its pages', async () => {
    const shop = await withOpenInvoice()
    const invoice = await shop.stripe.invoices.retrieve(shop.invoice)
    expect(invoice.number).toMatch(/^[0-9A-Z]{8}-0001$/)
    expect(invoice.hosted_invoice_url).toBe(`${shop.sandbox.url}/i/${shop.invoice}`)
    expect(invoice.invoice_pdf).toBe(`${shop.sandbox.url}/i/${shop.invoice}/pdf`)
  })

  test('paid with another card brings its subscription to life', async () => {
    const shop = await withOpenInvoice()
    const card = await shop.stripe.paymentMethods.attach('pm_card_mastercard', { customer: shop.customer.id })
    await shop.newEvents()
    const paid = await shop.stripe.invoices.pay(shop.invoice, { payment_method: card.id })
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2900, amount_remaining: 0 })
    expect((await shop.stripe.subscriptions.retrieve(shop.subscription.id)).status).toBe('active')
    expect(typesOf(await shop.newEvents())).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice.updated',
      'customer.subscription.updated',
      'invoice_payment.paid',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('declined again stays open, and the attempt stays on record', async () => {
    const shop = await withOpenInvoice()
    expect(await failure(shop.stripe.invoices.pay(shop.invoice))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
    expect(await shop.stripe.invoices.retrieve(shop.invoice)).toMatchObject({
      status: 'open',
      attempt_count: 2,
    })
    expect((await shop.stripe.charges.list()).data).toHaveLength(2)
  })

  test('whose card must be authenticated waits for the holder', async () => {
    const shop = await withOpenInvoice('pm_card_authenticationRequired')
    expect(await failure(shop.stripe.invoices.pay(shop.invoice))).toMatchObject({
      statusCode: 402,
      code: 'invoice_payment_intent_requires_action',
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'payment_intent.requires_action',
      'invoice.payment_action_required',
      'invoice.payment_failed',
      'invoice.updated',
    ])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('can be voided, which ends the subscription that waited for it', async () => {
    const shop = await withOpenInvoice()
    expect(await shop.stripe.invoices.voidInvoice(shop.invoice)).toMatchObject({ status: 'void' })
    expect(await failure(shop.stripe.invoices.pay(shop.invoice))).toMatchObject({ statusCode: 400 })
    expect((await shop.stripe.subscriptions.retrieve(shop.subscription.id)).status).toBe('incomplete_expired')
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })
})

describe('a paid invoice', () => {
  test('is terminal', async () => {
    const shop = await withOpenInvoice('pm_card_visa')
    expect(await failure(shop.stripe.invoices.pay(shop.invoice))).toMatchObject({
      message: 'Invoice is already paid',
    })
    expect(await failure(shop.stripe.invoices.voidInvoice(shop.invoice))).toMatchObject({ statusCode: 400 })
  })

  test('leads to its payment and back', async () => {
    const shop = await withOpenInvoice('pm_card_visa')
    const { payments } = await shop.stripe.invoices.retrieve(shop.invoice, { expand: ['payments'] })
    const intent = payments?.data[0]?.payment.payment_intent as string
    const back = await shop.stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: intent },
      expand: ['data.invoice'],
    })
    expect(back.data).toMatchObject([{ status: 'paid', invoice: { id: shop.invoice } }])
    expect(await shop.stripe.invoicePayments.retrieve(back.data[0]?.id ?? '')).toMatchObject({
      amount_paid: 2900,
    })
  })

  test('is found by customer, subscription and status', async () => {
    const shop = await withOpenInvoice('pm_card_visa')
    const ids = async (parameters: Stripe.InvoiceListParams) =>
      (await shop.stripe.invoices.list(parameters)).data.map((each) => each.id)
    expect(await ids({ customer: shop.customer.id })).toEqual([shop.invoice])
    expect(await ids({ subscription: shop.subscription.id })).toEqual([shop.invoice])
    expect(await ids({ status: 'open' })).toEqual([])
  })
})

describe('a preview', () => {
  test('shows the next renewal and stores nothing', async () => {
    const shop = await withOpenInvoice('pm_card_visa')
    await shop.newEvents()
    const preview = await shop.stripe.invoices.createPreview({ subscription: shop.subscription.id })
    const [item] = shop.subscription.items.data
    expect(preview).toMatchObject({
      id: expect.stringMatching(/^upcoming_in_/),
      status: 'draft',
      billing_reason: 'upcoming',
      amount_due: 2900,
      period_end: item?.current_period_end,
      lines: { data: [{ period: { start: item?.current_period_end } }] },
    })
    // Begun on 31 January 2027: the next period goes from 28 February to 31 March.
    const end = preview.lines.data[0]?.period.end ?? 0
    expect(new Date(end * 1000).toISOString()).toBe('2027-03-31T12:00:00.000Z')
    expect(await failure(shop.stripe.invoices.retrieve(preview.id))).toMatchObject({
      code: 'resource_missing',
    })
    expect(await shop.newEvents()).toEqual([])
  })

  test('of a subscription that ends before says that nothing is coming', async () => {
    const shop = await withOpenInvoice('pm_card_visa')
    await shop.stripe.subscriptions.update(shop.subscription.id, { cancel_at_period_end: true })
    const call = shop.stripe.invoices.createPreview({ customer: shop.customer.id })
    expect(await failure(call)).toMatchObject({ statusCode: 404, code: 'invoice_upcoming_none' })
  })
})
