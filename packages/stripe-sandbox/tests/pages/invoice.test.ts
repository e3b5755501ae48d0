import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { cards, openPage, postForm, textOfId, typedCard } from '../support/pages.ts'
import { start } from '../support/start.ts'

/** The first invoice of a monthly plan that Checkout sold. */
async function paidInvoice() {
  const { sandbox, stripe } = await start()
  const price = await monthlyPrice(stripe)
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price, quantity: 1 }],
    success_url: 'http://shop.test/thanks',
  })
  await postForm(session.url ?? '', { email: 'ada@example.com', ...typedCard() })
  const [invoice] = (await stripe.invoices.list()).data
  if (!invoice) throw new Error('Checkout made no invoice')
  return { sandbox, stripe, invoice }
}

/** The open invoice of a subscription whose first payment was declined. */
async function openInvoice() {
  const { sandbox, stripe } = await start()
  const price = await monthlyPrice(stripe)
  const customer = await stripe.customers.create({ email: 'ada@example.com' })
  const { latest_invoice: latest } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price }],
    payment_behavior: 'default_incomplete',
    expand: ['latest_invoice'],
  })
  if (typeof latest !== 'object' || latest === null) throw new Error('the subscription has no invoice')
  return { sandbox, stripe, invoice: latest }
}

async function monthlyPrice(stripe: Stripe): Promise<string> {
  const { id } = await stripe.prices.create({
    unit_amount: 2900,
    currency: 'usd',
    recurring: { interval: 'month' },
    product_data: { name: 'Team' },
  })
  return id
}

describe('the hosted invoice', () => {
  test('shows number, lines and what was paid', async () => {
    const { invoice } = await paidInvoice()
    const { text } = await openPage(invoice.hosted_invoice_url ?? '')
    expect(text).toContain(`Invoice number ${invoice.number}`)
    expect(text).toContain('Total $29.00 Amount paid $29.00 Amount due $0.00')
    expect(text).not.toContain('Pay this invoice')
  })

  test('is there as a PDF to download', async () => {
    const { invoice } = await paidInvoice()
    const response = await fetch(invoice.invoice_pdf ?? '')
    expect(response.headers.get('Content-Type')).toBe('application/pdf')
    expect(response.headers.get('Content-Disposition')).toContain(`Invoice-${invoice.number}.pdf`)
    expect(await response.text()).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/)
  })

  test('takes a payment while it is open', async () => {
    const { invoice, stripe } = await openInvoice()
    const url = invoice.hosted_invoice_url ?? ''
    expect((await openPage(url)).text).toContain('Pay $29.00')
    expect((await postForm(url, typedCard())).status).toBe(303)
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid')
  })

  test('shows a decline at the card number', async () => {
    const { invoice } = await openInvoice()
    const answer = await postForm(invoice.hosted_invoice_url ?? '', typedCard(cards.declines))
    expect(textOfId(answer, 'field-number-error')).toBe('Your card was declined.')
  })

  test('comes back from a failed authentication with the reason', async () => {
    const { invoice, sandbox } = await openInvoice()
    const { location } = await postForm(invoice.hosted_invoice_url ?? '', typedCard(cards.authenticates))
    const back = await postForm(`${sandbox.url}${location}`, { answer: 'fail' })
    expect((await openPage(back.location ?? '')).text).toContain('We are unable to authenticate')
  })

  test('is not found when it never was', async () => {
    const { sandbox } = await start()
    const answers = [await openPage(`${sandbox.url}/i/in_x`), await openPage(`${sandbox.url}/i/in_x/pdf`)]
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
  })
})

describe('the receipt', () => {
  test('shows amount, card and invoice', async () => {
    const { stripe, invoice } = await paidInvoice()
    const [charge] = (await stripe.charges.list()).data
    const { text } = await openPage(charge?.receipt_url ?? '')
    expect(text).toContain('Receipt $29.00 Paid')
    expect(text).toContain('Payment method Visa ending in 4242')
    expect(text).toContain(`Invoice ${invoice.number}`)
  })

  test('shows what was given back', async () => {
    const { stripe } = await paidInvoice()
    const [charge] = (await stripe.charges.list()).data
    await stripe.refunds.create({ charge: charge?.id ?? '', amount: 900 })
    const { text } = await openPage(charge?.receipt_url ?? '')
    expect(text).toContain('Partly refunded')
    expect(text).toMatch(/Refunded on .* -\$9\.00/)
  })

  test('is not there for a charge that never was', async () => {
    const { sandbox } = await start()
    expect((await openPage(`${sandbox.url}/receipts/ch_x`)).status).toBe(404)
  })
})
