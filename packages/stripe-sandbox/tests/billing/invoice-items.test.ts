import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const period = { start: 1_800_000_000, end: 1_800_086_400 }

async function withCustomer() {
  const shop = await startShop()
  const { id: customer } = await shop.customerWithCard()
  await shop.newEvents()
  return { ...shop, customer }
}

/** A draft of two lines, one by amount and one by price. */
async function withDraft() {
  const shop = await withCustomer()
  const { stripe, customer } = shop
  const { id } = await stripe.invoices.create({ customer })
  const work = await stripe.invoiceItems.create({ customer, invoice: id, amount: 1000, description: 'Work' })
  const pricing = { price: 'price_demo_templates' }
  const packs = await stripe.invoiceItems.create({ customer, invoice: id, pricing, quantity: 2 })
  await shop.newEvents()
  const invoice = await stripe.invoices.retrieve(id)
  return { ...shop, id, work, packs, invoice, lines: invoice.lines.data }
}

describe('an invoice item', () => {
  test('is an amount, a unit amount or a price, times a quantity', async () => {
    const { stripe, customer, newEvents } = await withCustomer()
    const create = async (parameters: Stripe.InvoiceItemCreateParams) =>
      (await stripe.invoiceItems.create({ customer, currency: 'usd', ...parameters })).amount
    expect(await create({ amount: 250, description: 'Work', period })).toBe(250)
    expect(await create({ pricing: { price: 'price_demo_templates' }, quantity: 3 })).toBe(5700)
    const { Decimal } = await import('stripe').then(({ default: sdk }) => sdk)
    expect(await create({ unit_amount_decimal: Decimal.from('0.125'), quantity: 4 })).toBe(1)
    expect(typesOf(await newEvents()).filter((type) => type === 'invoiceitem.created')).toHaveLength(3)
  })

  test('of a price has its product’s name', async () => {
    const { packs } = await withDraft()
    expect(packs).toMatchObject({
      amount: 3800,
      description: 'Template pack',
      pricing: { price_details: { price: 'price_demo_templates', product: 'prod_demo_templates' } },
      quantity: 2,
    })
  })

  test('can have a price of its own, which nobody else is sold', async () => {
    const { stripe, customer } = await withCustomer()
    const item = await stripe.invoiceItems.create({
      customer,
      quantity: 2,
      price_data: { currency: 'eur', product: 'prod_demo_templates', unit_amount: 450 },
    })
    expect(item).toMatchObject({ amount: 900, currency: 'eur', description: 'Template pack', quantity: 2 })
    const id = String(item.pricing?.price_details?.price)
    expect(await stripe.prices.retrieve(id)).toMatchObject({ active: false, unit_amount: 450 })
  })

  test('fixes the customer’s currency', async () => {
    const { stripe } = await startShop()
    const { id: customer } = await stripe.customers.create({})
    await stripe.invoiceItems.create({ customer, amount: 500, currency: 'JPY' })
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ currency: 'jpy' })
    expect((await stripe.invoices.create({ customer })).currency).toBe('jpy')
  })

  test('that waits goes onto the next renewal, or onto that of its subscription alone', async () => {
    const { stripe, customer, sandbox } = await withCustomer()
    const items = [{ price: 'price_demo_team_monthly' }]
    const [first, second] = [
      await stripe.subscriptions.create({ customer, items }),
      await stripe.subscriptions.create({ customer, items }),
    ]
    await stripe.invoiceItems.create({ customer, amount: 100, subscription: second.id })
    await stripe.invoiceItems.create({ customer, amount: 7 })
    await sandbox.advance({ days: 29 })
    const renewalOf = async (subscription: string) =>
      (await stripe.invoices.list({ subscription })).data[0]?.total
    expect([await renewalOf(first.id), await renewalOf(second.id)]).toEqual([2907, 3000])
    expect((await stripe.invoiceItems.list({ pending: true })).data).toEqual([])
  })

  test('that waits can be changed and deleted', async () => {
    const { stripe, customer, newEvents } = await withCustomer()
    const { id } = await stripe.invoiceItems.create({ customer, amount: 100, currency: 'usd' })
    await newEvents()
    const changed = await stripe.invoiceItems.update(id, { amount: -100, description: 'Sorry', period })
    expect(changed).toMatchObject({ amount: -100, description: 'Sorry', discountable: false, period })
    expect(await stripe.invoiceItems.del(id)).toMatchObject({ id, deleted: true })
    expect(await failure(stripe.invoiceItems.retrieve(id))).toMatchObject({ code: 'resource_missing' })
    expect(typesOf(await newEvents())).toEqual(['invoiceitem.deleted'])
  })

  const refused: [string, Stripe.InvoiceItemCreateParams, string][] = [
    ['nothing to bill', {}, 'amount'],
    ['an amount and a quantity', { amount: 1, quantity: 2 }, 'amount'],
    ['an amount and a price', { amount: 1, pricing: { price: 'price_demo_templates' } }, 'amount'],
    ['a recurring price', { pricing: { price: 'price_demo_team_monthly' } }, 'pricing[price]'],
    [
      'a price of another currency',
      { currency: 'eur', pricing: { price: 'price_demo_templates' } },
      'pricing[price]',
    ],
    ['a period that ends before it starts', { amount: 1, period: { start: 2, end: 1 } }, 'period'],
    ['an unknown subscription', { amount: 1, subscription: 'sub_x' }, 'subscription'],
    ['a currency that is none', { amount: 1, currency: 'zzz' }, 'currency'],
  ]
  test.each(refused)('cannot be %s', async (_, parameters, param) => {
    const { stripe, customer } = await withCustomer()
    expect(await failure(stripe.invoiceItems.create({ customer, ...parameters }))).toMatchObject({
      statusCode: 400,
      param,
    })
  })
})

describe('an item of a draft', () => {
  test('is its line, and the draft’s amounts follow it', async () => {
    const { stripe, id, work, lines, newEvents } = await withDraft()
    await stripe.invoiceItems.update(work.id, { amount: 1500, description: 'More work' })
    const invoice = await stripe.invoices.retrieve(id)
    expect(invoice).toMatchObject({ subtotal: 5300, total: 5300, amount_due: 5300, amount_remaining: 5300 })
    expect(invoice.lines.data.map((each) => [each.id, each.amount])).toEqual([
      [lines[0]?.id, 1500],
      [lines[1]?.id, 3800],
    ])
    expect(typesOf(await newEvents())).toEqual(['invoice.updated'])
  })

  test('leaves it when it is deleted', async () => {
    const { stripe, id, work, newEvents } = await withDraft()
    await stripe.invoiceItems.del(work.id)
    expect((await stripe.invoices.retrieve(id)).total).toBe(3800)
    expect(typesOf(await newEvents())).toEqual(['invoiceitem.deleted', 'invoice.updated'])
  })

  test('stays as it is once the invoice is finalized', async () => {
    const { stripe, id, customer, work } = await withDraft()
    await stripe.invoices.finalizeInvoice(id)
    const calls = [
      () => stripe.invoiceItems.update(work.id, { amount: 1 }),
      () => stripe.invoiceItems.del(work.id),
      () => stripe.invoiceItems.create({ customer, invoice: id, amount: 1 }),
      () => stripe.invoices.addLines(id, { lines: [{ amount: 1 }] }),
    ]
    for (const call of calls) {
      expect(await failure(call())).toMatchObject({ code: 'invoice_not_editable' })
    }
  })

  test('has the invoice’s currency', async () => {
    const { stripe, customer, id } = await withDraft()
    const call = stripe.invoiceItems.create({ customer, invoice: id, amount: 1, currency: 'eur' })
    expect(await failure(call)).toMatchObject({ param: 'currency' })
  })
})

describe('the lines of a draft', () => {
  test('are added, of new items and of ones that wait', async () => {
    const { stripe, id, customer, newEvents } = await withDraft()
    const waiting = await stripe.invoiceItems.create({ customer, amount: 5, description: 'Waited' })
    await newEvents()
    const invoice = await stripe.invoices.addLines(id, {
      lines: [{ amount: 20, description: 'New', metadata: { a: 'b' } }, { invoice_item: waiting.id }],
      invoice_metadata: { seen: 'yes' },
    })
    expect(invoice).toMatchObject({ total: 4825, metadata: { seen: 'yes' } })
    expect(invoice.lines.data.slice(2)).toMatchObject([
      { amount: 20, description: 'New', metadata: { a: 'b' } },
      { amount: 5, description: 'Waited' },
    ])
    expect(typesOf(await newEvents())).toEqual(['invoiceitem.created', 'invoice.updated'])
  })

  test('are changed, several or one', async () => {
    const { stripe, id, work, lines } = await withDraft()
    const [first, second] = lines.map((each) => each.id) as [string, string]
    const invoice = await stripe.invoices.updateLines(id, {
      lines: [
        { id: first, amount: 900 },
        { id: second, quantity: 1 },
      ],
    })
    expect(invoice.total).toBe(2800)
    expect(await stripe.invoices.updateLineItem(id, first, { description: 'Less' })).toMatchObject({
      object: 'line_item',
      amount: 900,
      description: 'Less',
    })
    expect(await stripe.invoiceItems.retrieve(work.id)).toMatchObject({ amount: 900, description: 'Less' })
  })

  test('are removed: the item ends, or waits again', async () => {
    const { stripe, id, work, packs, lines, newEvents } = await withDraft()
    const [first, second] = lines.map((each) => each.id) as [string, string]
    const invoice = await stripe.invoices.removeLines(id, {
      lines: [
        { id: first, behavior: 'delete' },
        { id: second, behavior: 'unassign' },
      ],
    })
    expect(invoice).toMatchObject({ total: 0, lines: { data: [] } })
    expect(await failure(stripe.invoiceItems.retrieve(work.id))).toMatchObject({ code: 'resource_missing' })
    expect((await stripe.invoiceItems.retrieve(packs.id)).invoice).toBeNull()
    expect(typesOf(await newEvents())).toEqual(['invoiceitem.deleted', 'invoice.updated'])
  })

  test('that bill a subscription’s period keep what it costs', async () => {
    const { stripe, customer, sandbox } = await withCustomer()
    const items = [{ price: 'price_demo_team_monthly' }]
    const { id: subscription } = await stripe.subscriptions.create({ customer, items })
    await sandbox.advance({ days: 28 })
    const [draft] = (await stripe.invoices.list({ subscription, status: 'draft' })).data
    const id = draft?.lines.data[0]?.id ?? ''
    const change = (line: Stripe.InvoiceUpdateLinesParams.Line) =>
      stripe.invoices.updateLines(draft?.id ?? '', { lines: [line] })
    expect((await change({ id, description: 'March' })).lines.data[0]?.description).toBe('March')
    expect(await failure(change({ id, amount: 1 }))).toMatchObject({ code: 'sandbox_not_supported_yet' })
    expect(await failure(stripe.invoices.del(draft?.id ?? ''))).toMatchObject({ statusCode: 400 })
  })
})

describe('coupons', () => {
  test('of an item come before those of its invoice, and both can be taken off', async () => {
    const { stripe, customer } = await withCustomer()
    await stripe.coupons.create({ id: 'HALF', percent_off: 50 })
    await stripe.coupons.create({ id: 'FIVE', amount_off: 500, currency: 'usd' })
    const { id } = await stripe.invoices.create({ customer, discounts: [{ coupon: 'FIVE' }] })
    const item = { customer, invoice: id, amount: 2000 }
    const { id: itemId } = await stripe.invoiceItems.create({ ...item, discounts: [{ coupon: 'HALF' }] })
    await stripe.invoiceItems.create({ customer, invoice: id, amount: 300 })
    const invoice = await stripe.invoices.retrieve(id)
    expect(invoice).toMatchObject({ subtotal: 2300, total: 800 })
    expect(invoice.lines.data[0]?.discount_amounts?.[0]).toMatchObject({ amount: 1000 })
    await stripe.invoices.update(id, { discounts: '' })
    expect((await stripe.invoices.retrieve(id)).total).toBe(1300)
    await stripe.invoiceItems.update(itemId, { discounts: '' })
    expect((await stripe.invoices.retrieve(id)).total).toBe(2300)
  })

  test('that are over, and discounts of something else, are refused', async () => {
    const { stripe, customer } = await withCustomer()
    await stripe.coupons.create({ id: 'EURO', amount_off: 500, currency: 'eur' })
    const create = (discount: Stripe.InvoiceCreateParams.Discount) =>
      stripe.invoices.create({ customer, currency: 'usd', discounts: [discount] })
    expect(await failure(create({ coupon: 'EURO' }))).toMatchObject({ statusCode: 400 })
    expect(await failure(create({ coupon: 'NONE' }))).toMatchObject({ code: 'resource_missing' })
    const { id } = await stripe.invoices.create({ customer })
    const call = stripe.invoices.update(id, { discounts: [{ discount: 'di_x' }] })
    expect(await failure(call)).toMatchObject({ code: 'resource_missing' })
  })
})
