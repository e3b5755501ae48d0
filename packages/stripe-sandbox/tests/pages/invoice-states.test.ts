import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { vat, withCustomer } from '../support/drafts.ts'
import { openPage, postForm, typedCard } from '../support/pages.ts'
import { downloadPdf } from '../support/pdf-text.ts'

const sent = { collection_method: 'send_invoice', days_until_due: 10 } as const

/** A finalized invoice over $25.00, with its page. */
async function withPage(parameters: Stripe.InvoiceCreateParams = {}) {
  const shop = await withCustomer()
  const { id } = await shop.draft(2500, parameters)
  const invoice = await shop.stripe.invoices.finalizeInvoice(id)
  const url = invoice.hosted_invoice_url ?? ''
  return { ...shop, id, invoice, url, text: async () => (await openPage(url)).text }
}

describe('the page of an invoice says', () => {
  test('when it is due, and that it is overdue', async () => {
    const { text, sandbox } = await withPage(sent)
    expect(await text()).toContain('Open Due on February 10, 2027.')
    await sandbox.advance({ days: 11 })
    expect(await text()).toContain('Overdue: it was due on February 10, 2027. ')
  })

  test('what the seller added', async () => {
    const { text } = await withPage({
      description: 'Thank you!\nSee you',
      footer: 'VAT number 7',
      custom_fields: [{ name: 'Order', value: 'A-12' }],
    })
    expect(await text()).toContain('Order A-12')
    expect(await text()).toContain('Thank you! See you')
    expect(await text()).toContain('VAT number 7')
  })

  test('that it is paid, and has the receipt', async () => {
    const { text, url } = await withPage()
    expect((await postForm(url, typedCard())).status).toBe(303)
    expect(await text()).toMatch(/Paid on January 31, 2027\. .*View receipt Download receipt/)
    expect(await text()).not.toContain('Pay this invoice')
  })

  test('that it was paid elsewhere, given up or voided, and takes no card', async () => {
    const ways = {
      'Paid on January 31, 2027, outside of this page.': (shop: Stripe, id: string) =>
        shop.invoices.pay(id, { paid_out_of_band: true }),
      'Marked as uncollectible': (shop: Stripe, id: string) => shop.invoices.markUncollectible(id),
      'nothing is due': (shop: Stripe, id: string) => shop.invoices.voidInvoice(id),
    }
    for (const [says, go] of Object.entries(ways)) {
      const { text, stripe, id, url } = await withPage()
      await go(stripe, id)
      const { status } = await stripe.invoices.retrieve(id)
      expect(await text()).toContain(says)
      expect(await text()).not.toContain('Pay this invoice')
      await postForm(url, typedCard())
      expect((await stripe.invoices.retrieve(id)).status).toBe(status)
    }
  })
})

describe('its sums go from the lines to what is due', () => {
  test('with taxes, balance and credit notes, on the page and on paper', async () => {
    const { stripe, customer, sandbox } = await withCustomer()
    sandbox.context.store.transaction(() => sandbox.context.store.put('tax_rate', vat))
    await stripe.customers.createBalanceTransaction(customer, { amount: -1000, currency: 'usd' })
    const draft = await stripe.invoices.create({ customer, default_tax_rates: [vat.id] })
    const pricing = { price: 'price_demo_templates' }
    await stripe.invoiceItems.create({ customer, invoice: draft.id, pricing, quantity: 3 })
    const invoice = await stripe.invoices.finalizeInvoice(draft.id)
    const note = await stripe.creditNotes.create({ invoice: invoice.id, amount: 840 })
    const sums = `Subtotal $57.00 VAT (20%) $11.40 Total $68.40 Applied balance -$10.00 Credit note ${note.number} -$8.40 Amount due $50.00`
    const page = await openPage(invoice.hosted_invoice_url ?? '')
    expect(page.text).toContain(sums)
    expect(page.text).toContain('Template pack $19.00 each 3 $57.00')
    const paper = await downloadPdf(invoice.invoice_pdf ?? '')
    expect(paper.name).toBe(`Invoice-${invoice.number}.pdf`)
    expect(paper.text).toContain('$50.00 due')
    expect(paper.text).toContain(sums)
  })

  test('in a currency whose sign the PDF’s fonts lack', async () => {
    const { stripe } = await withCustomer()
    const { id: customer } = await stripe.customers.create({})
    const draft = await stripe.invoices.create({ customer, currency: 'inr' })
    await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 150_000, description: 'Work' })
    const invoice = await stripe.invoices.finalizeInvoice(draft.id)
    expect((await openPage(invoice.hosted_invoice_url ?? '')).text).toContain('Amount due ₹1,500.00')
    const { text } = await downloadPdf(invoice.invoice_pdf ?? '')
    expect(text.replaceAll('\xa0', ' ')).toContain('Amount due INR 1,500.00')
  })
})

describe('the papers of a paid invoice', () => {
  test('are the receipt with what was given back, and the credit note', async () => {
    const { stripe, id, invoice, url } = await withPage()
    await postForm(url, typedCard())
    const note = await stripe.creditNotes.create({ invoice: id, amount: 500, refund_amount: 500 })
    const [charge] = (await stripe.charges.list()).data
    const receipt = await downloadPdf(`${charge?.receipt_url}/pdf`)
    expect(receipt.name).toBe(`Receipt-${invoice.number}.pdf`)
    expect(receipt.text).toContain('Total $25.00 Amount paid $25.00 Refunded on January 31, 2027 -$5.00')
    expect((await openPage(url)).text).toContain(
      `Credit notes ${note.number} of Jan 31, 2027: $5.00, refunded PDF`,
    )
    expect((await downloadPdf(note.pdf)).text).toContain('Total credited $5.00 Refunded $5.00')
  })
})
