import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { withInvoice } from '../support/credited.ts'
import { vat } from '../support/drafts.ts'
import { failure } from '../support/start.ts'

describe('the lines of a credit note', () => {
  async function taxed() {
    const shop = await withInvoice()
    const { stripe, customer, sandbox } = shop
    sandbox.context.store.transaction(() => sandbox.context.store.put('tax_rate', vat))
    const invoice = await stripe.invoices.create({ customer, default_tax_rates: [vat.id] })
    const pricing = { price: 'price_demo_templates' }
    await stripe.invoiceItems.create({ customer, invoice: invoice.id, pricing, quantity: 3 })
    const open = await stripe.invoices.finalizeInvoice(invoice.id)
    return { ...shop, invoice: open, line: open.lines.data[0]?.id ?? '' }
  }

  test('credit a part of a line with its part of the tax, and the parts make up the whole', async () => {
    const { stripe, invoice, line } = await taxed()
    expect(invoice.total).toBe(6840)
    const credit = (part: object) =>
      stripe.creditNotes.create({
        invoice: invoice.id,
        lines: [{ type: 'invoice_line_item', invoice_line_item: line, ...part }],
      })
    const first = await credit({ quantity: 1 })
    expect(first).toMatchObject({
      subtotal: 1900,
      total: 2280,
      total_excluding_tax: 1900,
      lines: {
        data: [{ type: 'invoice_line_item', quantity: 1, unit_amount: 1900, taxes: [{ amount: 380 }] }],
      },
    })
    const odd = await credit({ amount: 1001 })
    const rest = await credit({ amount: 5700 - 1900 - 1001 })
    expect(first.total + odd.total + rest.total).toBe(6840)
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid')
    expect(await failure(credit({ amount: 1 }))).toMatchObject({ param: 'lines[0][amount]' })
  })

  test('can be of their own', async () => {
    const { stripe, invoice } = await taxed()
    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      lines: [
        {
          type: 'custom_line_item',
          description: 'Goodwill',
          unit_amount: 100,
          quantity: 2,
          tax_rates: [vat.id],
        },
      ],
    })
    expect(note).toMatchObject({
      subtotal: 200,
      total: 240,
      total_taxes: [{ amount: 40, taxable_amount: 200 }],
    })
    expect((await stripe.creditNotes.listLineItems(note.id)).data).toMatchObject([
      { description: 'Goodwill' },
    ])
  })

  test('are previewed, and nothing is kept', async () => {
    const { stripe, invoice, line, newEvents } = await taxed()
    await newEvents()
    const wanted = {
      invoice: invoice.id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line, quantity: 2 }],
    }
    expect((await stripe.creditNotes.preview(wanted)).total).toBe(4560)
    expect((await stripe.creditNotes.listPreviewLineItems(wanted)).data).toMatchObject([{ amount: 3800 }])
    expect((await stripe.creditNotes.list({ invoice: invoice.id })).data).toEqual([])
    expect(await newEvents()).toEqual([])
  })

  test('are refused when they credit nothing, a stranger’s line, or one line twice', async () => {
    const { stripe, invoice, line, open } = await taxed()
    const type = 'invoice_line_item'
    const other = open.lines.data[0]?.id ?? ''
    const refused: Stripe.CreditNoteCreateParams.Line[][] = [
      [{ type, invoice_line_item: line, amount: 0 }],
      [{ type, invoice_line_item: other, amount: 1 }],
      [{ type, invoice_line_item: line, amount: 1, quantity: 1 }],
      [
        { type, invoice_line_item: line, amount: 1 },
        { type, invoice_line_item: line, amount: 1 },
      ],
      [{ type: 'custom_line_item', description: 'Nothing' }],
    ]
    for (const lines of refused) {
      const call = stripe.creditNotes.create({ invoice: invoice.id, lines })
      expect(await failure(call)).toMatchObject({ statusCode: 400 })
    }
  })
})
