import type Stripe from 'stripe'
import type { startShop } from './shop.ts'

/** Everything that happens in a shop, so that every kind of event does. */
export async function trade(shop: Awaited<ReturnType<typeof startShop>>): Promise<void> {
  const { stripe } = shop
  const subscribed = await shop.checkout()
  shop.pay(subscribed.id)
  const bought = await shop.checkout({
    mode: 'payment',
    line_items: [{ price: 'price_demo_import', quantity: 2 }],
    customer_creation: 'always',
  })
  shop.pay(bought.id)
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(bought.id)
  await stripe.refunds.create({ payment_intent: String(intent), amount: 100 })
  await takeFromDoubters(stripe)
  await stripe.checkout.sessions.expire((await shop.checkout()).id)

  const { id: customer } = await shop.customerWithCard()
  const subscription = await stripe.subscriptions.create({ customer, items: [item] })
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
  await stripe.subscriptions.cancel(subscription.id)
  const declining = await shop.customerWithCard('pm_card_chargeCustomerFail')
  await stripe.subscriptions.create({ customer: declining.id, items: [item] })
  await correct(stripe, customer)
  const { id: renewing } = await shop.customerWithCard()
  const renewed = await stripe.subscriptions.create({ customer: renewing, items: [item] })
  const [first] = renewed.items.data
  await stripe.subscriptions.update(renewed.id, { items: [{ id: first?.id ?? '', quantity: 5 }] })
  await shop.sandbox.advance({ days: 31 })
  await stripe.products.update('prod_demo_team', { name: 'Team' })
  await stripe.prices.update('price_demo_team_yearly', { active: false, lookup_key: 'yearly' })
  await stripe.billingPortal.sessions.create({ customer, return_url: 'https://shop.example' })
  await stripe.customers.del(customer)
}

/** An invoice by hand that is corrected before and after it is paid, and one that is given up. */
async function correct(stripe: Stripe, customer: string): Promise<void> {
  const corrected = await draft(stripe, customer)
  await stripe.invoices.finalizeInvoice(corrected)
  await stripe.creditNotes.create({ invoice: corrected, amount: 100 })
  await stripe.invoices.pay(corrected)
  const note = await stripe.creditNotes.create({
    invoice: corrected,
    amount: 500,
    refund_amount: 300,
    credit_amount: 200,
  })
  await stripe.creditNotes.update(note.id, { memo: 'As agreed' })
  const given = await draft(stripe, customer)
  await stripe.invoices.finalizeInvoice(given)
  await stripe.invoices.markUncollectible(given)
  await stripe.invoices.del(await draft(stripe, customer))
}

async function draft(stripe: Stripe, customer: string): Promise<string> {
  const { id } = await stripe.invoices.create({ customer, currency: 'usd' })
  await stripe.invoiceItems.create({ customer, invoice: id, amount: 5000, description: 'Work' })
  return id
}

/** Payments that are disputed, asked about and suspected. */
async function takeFromDoubters(stripe: Stripe): Promise<void> {
  for (const card of ['createDispute', 'createDisputeInquiry', 'createIssuerFraudRecord']) {
    await stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      payment_method: `pm_card_${card}`,
      confirm: true,
    })
  }
  for (const { id } of (await stripe.disputes.list()).data) {
    await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } })
  }
}

const item: Stripe.SubscriptionCreateParams.Item = { price: 'price_demo_team_monthly', quantity: 3 }
