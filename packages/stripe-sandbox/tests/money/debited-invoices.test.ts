import { describe, expect, test } from 'vitest'
import { openPage, postForm, typedCard } from '../support/pages.ts'
import { startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('an invoice whose debit is on its way', () => {
  test('is not paid a second time', async () => {
    const { stripe, sandbox, invoice } = await startDebit()
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(invoice.customer) })
    for (const parameters of [{}, { payment_method: card.id }]) {
      expect(await failure(stripe.invoices.pay(invoice.id, parameters))).toMatchObject({
        code: 'payment_intent_unexpected_state',
        payment_intent: { status: 'processing' },
      })
    }
    await sandbox.advance({ days: 3 })
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid')
    expect((await stripe.charges.list()).data).toHaveLength(1)
  })

  test('says so on its page, which takes no card', async () => {
    const { stripe, invoice } = await startDebit()
    const { text } = await openPage(invoice.hosted_invoice_url ?? '')
    expect(text).toContain('A bank payment is on its way')
    expect(text).not.toContain('Pay this invoice')
    await postForm(invoice.hosted_invoice_url ?? '', typedCard())
    expect((await stripe.charges.list()).data.map(({ status }) => status)).toEqual(['pending'])
  })

  test('paid out of band, calls the debit back', async () => {
    const { stripe, sandbox, invoice } = await startDebit()
    await stripe.invoices.pay(invoice.id, { paid_out_of_band: true })
    await sandbox.advance({ days: 3 })
    expect((await stripe.charges.list()).data.map(({ status }) => status)).toEqual(['failed'])
  })
})

/** The open invoice of a subscription that a bank account pays. */
async function startDebit() {
  const { stripe, sandbox } = await startShop()
  const customer = await stripe.customers.create({ email: 'ada@example.com' })
  const account = await stripe.paymentMethods.attach('pm_usBankAccount_success', { customer: customer.id })
  const { latest_invoice: invoice } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: 'price_demo_team_monthly' }],
    default_payment_method: account.id,
    expand: ['latest_invoice'],
  })
  if (typeof invoice !== 'object' || invoice === null) throw new Error('the subscription has no invoice')
  return { stripe, sandbox, invoice }
}
