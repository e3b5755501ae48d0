import { describe, expect, test } from 'vitest'
import { vat, withCustomer } from '../support/drafts.ts'
import { line } from '../support/lives.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const sent = { collection_method: 'send_invoice', days_until_due: 10 } as const

describe('a draft made by hand', () => {
  test('is empty, advances by nothing, and says so', async () => {
    const { stripe, customer, newEvents } = await withCustomer()
    await stripe.invoiceItems.create({ customer, amount: 100, currency: 'usd' })
    await newEvents()
    const invoice = await stripe.invoices.create({ customer, description: 'Thanks', metadata: { po: '7' } })
    expect(invoice).toMatchObject({
      status: 'draft',
      billing_reason: 'manual',
      auto_advance: false,
      automatically_finalizes_at: null,
      next_payment_attempt: null,
      description: 'Thanks',
      metadata: { po: '7' },
      number: null,
      parent: null,
      total: 0,
      lines: { data: [] },
    })
    expect(typesOf(await newEvents())).toEqual(['invoice.created'])
  })

  test('takes what waits for the customer when it is told to, newest first', async () => {
    const { stripe, customer } = await withCustomer()
    await stripe.invoiceItems.create({ customer, amount: 100, currency: 'usd', description: 'first' })
    await stripe.invoiceItems.create({ customer, amount: 50, currency: 'usd', description: 'second' })
    await stripe.invoiceItems.create({ customer, amount: 7, currency: 'eur', description: 'other money' })
    const invoice = await stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' })
    expect(invoice.lines.data.map((each) => each.description)).toEqual(['second', 'first'])
    expect(invoice.total).toBe(150)
    const pending = await stripe.invoiceItems.list({ customer, pending: true })
    expect(pending.data.map((each) => each.description)).toEqual(['other money'])
  })

  test('that is to take what waits is refused when nothing does', async () => {
    const { stripe, customer } = await withCustomer()
    const call = stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' })
    expect(await failure(call)).toMatchObject({ code: 'invoice_no_customer_line_items' })
  })

  test('can be deleted with its items', async () => {
    const { stripe, draft, newEvents } = await withCustomer()
    const { id } = await draft()
    expect(await stripe.invoices.del(id)).toEqual(expect.objectContaining({ id, deleted: true }))
    expect(typesOf(await newEvents())).toEqual(['invoice.deleted'])
    expect(await failure(stripe.invoices.retrieve(id))).toMatchObject({ code: 'resource_missing' })
    expect((await stripe.invoiceItems.list()).data).toEqual([])
  })

  test('advances by itself when it is told to: finalized and paid an hour later', async () => {
    const shop = await withCustomer()
    const { id } = await shop.draft(2500, { auto_advance: true })
    await shop.sandbox.advance({ hours: 2 })
    expect((await shop.newEvents()).map(line)).toEqual(
      [
        'invoice.finalized',
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'invoice.paid',
        'invoice.payment_succeeded',
        'invoice.updated',
        'invoice_payment.paid',
      ].map((type) => `2027-01-31T13:00:00 ${type}`),
    )
    expect(await shop.stripe.invoices.retrieve(id)).toMatchObject({ status: 'paid', amount_paid: 2500 })
  })

  test('stops advancing when it is told to', async () => {
    const { stripe, draft, sandbox } = await withCustomer()
    const { id } = await draft(2500, { auto_advance: true })
    const stopped = await stripe.invoices.update(id, { auto_advance: false })
    expect(stopped).toMatchObject({ automatically_finalizes_at: null, next_payment_attempt: null })
    await sandbox.advance({ days: 2 })
    expect((await stripe.invoices.retrieve(id)).status).toBe('draft')
  })

  test('may have its texts, terms and taxes changed', async () => {
    const { stripe, draft, sandbox } = await withCustomer()
    const { id } = await draft(1000)
    sandbox.context.store.transaction(() => sandbox.context.store.put('tax_rate', vat))
    const invoice = await stripe.invoices.update(id, {
      ...sent,
      custom_fields: [{ name: 'PO', value: '7' }],
      default_tax_rates: [vat.id],
      description: 'Memo',
      footer: 'Bye',
    })
    expect(invoice).toMatchObject({
      collection_method: 'send_invoice',
      custom_fields: [{ name: 'PO', value: '7' }],
      description: 'Memo',
      due_date: invoice.created + 10 * 86_400,
      footer: 'Bye',
      subtotal: 1000,
      total: 1200,
    })
  })

  test('that is sent needs a day, and one that is charged has none', async () => {
    const { stripe, customer } = await withCustomer()
    expect(
      await failure(stripe.invoices.create({ customer, collection_method: 'send_invoice' })),
    ).toMatchObject({ message: expect.stringContaining("you must specify 'due_date' or 'days_until_due'") })
    expect(await failure(stripe.invoices.create({ customer, days_until_due: 3 }))).toMatchObject({
      message: expect.stringContaining("if invoice collection method is 'send_invoice'"),
    })
  })
})

describe('finalized by hand, an invoice', () => {
  test('has its number, waits, and nothing was charged', async () => {
    const { stripe, draft, newEvents } = await withCustomer()
    const { id } = await draft()
    const open = await stripe.invoices.finalizeInvoice(id)
    expect(open).toMatchObject({
      status: 'open',
      attempted: false,
      amount_due: 2500,
      next_payment_attempt: null,
    })
    expect(open.number).toMatch(/-0001$/)
    expect(typesOf(await newEvents())).toEqual(['invoice.finalized', 'payment_intent.created'])
    expect((await stripe.charges.list()).data).toEqual([])
  })

  test('that advances is charged an hour later', async () => {
    const { stripe, draft, sandbox } = await withCustomer()
    const { id } = await draft()
    const open = await stripe.invoices.finalizeInvoice(id, { auto_advance: true })
    expect(open.next_payment_attempt).toBe((open.status_transitions.finalized_at ?? 0) + 3600)
    await sandbox.advance({ hours: 1 })
    expect((await stripe.invoices.retrieve(id)).status).toBe('paid')
  })

  test('is paid at once when nothing is due', async () => {
    const { stripe, draft } = await withCustomer()
    const { id } = await draft(0)
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({
      status: 'paid',
      attempted: true,
      attempt_count: 0,
    })
  })

  test('keeps its text but takes metadata', async () => {
    const { stripe, draft } = await withCustomer()
    const { id } = await draft()
    await stripe.invoices.finalizeInvoice(id)
    expect(await failure(stripe.invoices.update(id, { description: 'new' }))).toMatchObject({
      message: "Finalized invoices can't be updated in this way",
      param: 'description',
    })
    expect((await stripe.invoices.update(id, { metadata: { a: 'b' } })).metadata).toEqual({ a: 'b' })
  })

  test('is collected by the schedule after a first attempt that failed', async () => {
    const { stripe, draft, sandbox } = await withCustomer('pm_card_chargeCustomerFail')
    const { id } = await draft(2500, { auto_advance: true })
    expect(await failure(stripe.invoices.pay(id))).toMatchObject({ statusCode: 402 })
    const failed = await stripe.invoices.retrieve(id)
    expect(failed).toMatchObject({ status: 'open', attempt_count: 1 })
    expect(failed.next_payment_attempt).toBe((failed.status_transitions.finalized_at ?? 0) + 3 * 86_400)
    await sandbox.advance({ days: 20 })
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      status: 'open',
      attempt_count: 4,
      auto_advance: false,
      next_payment_attempt: null,
    })
  })
})

describe('paid out of band, an invoice', () => {
  test('is paid without a charge or an attempt', async () => {
    const { stripe, draft, newEvents } = await withCustomer()
    const { id } = await draft()
    await stripe.invoices.finalizeInvoice(id)
    await newEvents()
    expect(await stripe.invoices.pay(id, { paid_out_of_band: true })).toMatchObject({
      status: 'paid',
      attempted: false,
      amount_paid: 2500,
      amount_paid_off_stripe: 2500,
      amount_remaining: 0,
    })
    expect(typesOf(await newEvents())).toEqual(['payment_intent.canceled', 'invoice.paid', 'invoice.updated'])
    expect((await stripe.charges.list()).data).toEqual([])
  })
})

describe('until it is finalized, an invoice', () => {
  test('shows its customer and the balance as they are now', async () => {
    const { stripe, customer, draft, newEvents } = await withCustomer()
    const { id } = await draft(2500)
    await stripe.customers.createTaxId(customer, { type: 'eu_vat', value: 'DE123456789' })
    await stripe.customers.update(customer, { name: 'Ada', email: 'ada@new.example' })
    await stripe.customers.createBalanceTransaction(customer, { amount: -500, currency: 'usd' })
    const shown = { customer_name: 'Ada', customer_email: 'ada@new.example' }
    const now = await stripe.invoices.retrieve(id)
    expect(now).toMatchObject({ ...shown, starting_balance: -500, amount_due: 2000 })
    expect(typesOf(await newEvents())).not.toContain('invoice.updated')
    const open = await stripe.invoices.finalizeInvoice(id)
    await stripe.customers.update(customer, { name: 'Countess' })
    expect(await stripe.invoices.retrieve(id)).toMatchObject(shown)
    expect(open.customer_tax_ids).toEqual([{ type: 'eu_vat', value: 'DE123456789' }])
  })

  test('in another currency leaves the balance alone', async () => {
    const { stripe, customer } = await withCustomer()
    await stripe.customers.createBalanceTransaction(customer, { amount: -500, currency: 'usd' })
    const { id } = await stripe.invoices.create({ customer, currency: 'eur' })
    await stripe.invoiceItems.create({ customer, invoice: id, amount: 2000, currency: 'eur' })
    expect(await stripe.invoices.pay(id)).toMatchObject({ amount_paid: 2000, starting_balance: 0 })
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -500 })
  })
})

test('an invoice by hand for a subscription says nothing about its status', async () => {
  const { stripe, customer, sandbox } = await withCustomer()
  const items = [{ price: 'price_demo_team_monthly' }]
  const { id: subscription } = await stripe.subscriptions.create({ customer, items })
  await stripe.invoiceItems.create({ customer, subscription, amount: 900 })
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
  const invoice = await stripe.invoices.create({
    subscription,
    auto_advance: true,
    default_payment_method: bad.id,
  })
  expect(invoice).toMatchObject({ total: 900, parent: { subscription_details: { subscription } } })
  await sandbox.advance({ hours: 2 })
  expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ status: 'open', attempt_count: 1 })
  expect((await stripe.subscriptions.retrieve(subscription)).status).toBe('active')
})
