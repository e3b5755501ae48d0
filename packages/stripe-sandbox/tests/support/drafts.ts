import type Stripe from 'stripe'
import { startShop } from './shop.ts'

/** A shop with a customer whose card pays, and drafts made by hand. */
export async function withCustomer(card = 'pm_card_visa') {
  const shop = await startShop()
  const { id: customer } = await shop.customerWithCard(card)
  const draft = async (amount = 2500, parameters: Stripe.InvoiceCreateParams = {}) => {
    const invoice = await shop.stripe.invoices.create({ customer, currency: 'usd', ...parameters })
    await shop.stripe.invoiceItems.create({ customer, invoice: invoice.id, amount, description: 'Work' })
    await shop.newEvents()
    return shop.stripe.invoices.retrieve(invoice.id)
  }
  await shop.newEvents()
  return { ...shop, customer, draft }
}

/** 20 % on top. */
export const vat: Stripe.TaxRate = {
  id: 'txr_vat',
  object: 'tax_rate',
  active: true,
  country: null,
  created: 1,
  description: null,
  display_name: 'VAT',
  effective_percentage: 20,
  flat_amount: null,
  inclusive: false,
  jurisdiction: null,
  jurisdiction_level: null,
  livemode: false,
  metadata: null,
  percentage: 20,
  rate_type: 'percentage',
  state: null,
  tax_type: null,
}
