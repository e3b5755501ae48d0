import { expect, test } from 'vitest'
import { readAccessFacts } from '../../src/db/queries/access-facts.ts'
import { accessAt } from '../../src/domain/access.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { addOwner, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const rig = useSync()

test("the customer's balance paid most of the period: a refund of the rest leaves that, and ends nothing", async () => {
  const { customer, invoice } = await subscribe('ann', { balance: -2_000 })
  expect(invoice).toMatchObject({ total: 2_999, amount_due: 999, status: 'paid' })
  await giveBack(invoice, 999)
  expect(await reasonOf('ann', customer)).toBe('active')
})

test('the card paid all of it: a refund in steps ends the period with the last of them', async () => {
  const { customer, invoice } = await subscribe('cyd', {})
  await giveBack(invoice, 2_000)
  expect(await reasonOf('cyd', customer)).toBe('active')
  await giveBack(invoice, 999)
  expect(await reasonOf('cyd', customer)).toBe('refunded')
})

test('a debt was charged with the period: while a part of the payment stays, so does the access', async () => {
  const { customer, invoice } = await subscribe('dan', { balance: 500 })
  expect(invoice).toMatchObject({ total: 2_999, amount_due: 3_499 })
  await giveBack(invoice, 2_999)
  expect(await reasonOf('dan', customer)).toBe('active')
  await giveBack(invoice, 500)
  expect(await reasonOf('dan', customer)).toBe('refunded')
})

test('a part of the bill was struck out before it was paid: nobody paid that, and a refund of the rest ends the period', async () => {
  const { customer, invoice } = await billed('eve')
  await rig.stripe.creditNotes.create({ invoice: invoice.id, amount: 1_000 })
  const paid = await rig.stripe.invoices.pay(invoice.id)
  expect(paid).toMatchObject({ total: 2_999, pre_payment_credit_notes_amount: 1_000, amount_paid: 1_999 })
  await giveBack(paid, 1_999)
  expect(await reasonOf('eve', customer)).toBe('refunded')
})

test('a credit note that gives all of it back ends the period', async () => {
  const { customer, invoice } = await subscribe('fay', {})
  await rig.stripe.creditNotes.create({ invoice: invoice.id, amount: 2_999, refund_amount: 2_999 })
  expect(await reasonOf('fay', customer)).toBe('refunded')
})

test('a credit to the balance gives no money back: it pays for periods to come, and ends nothing', async () => {
  const { customer, invoice } = await subscribe('gus', {})
  await rig.stripe.creditNotes.create({ invoice: invoice.id, amount: 2_999, credit_amount: 2_999 })
  expect(await reasonOf('gus', customer)).toBe('active')
})

test('what was paid outside of Stripe was not given back', async () => {
  const { customer, invoice } = await billed('hal')
  await rig.stripe.invoices.pay(invoice.id, { paid_out_of_band: true })
  expect(await reasonOf('hal', customer)).toBe('active')
})

async function subscribe(owner: string, change: Stripe.CustomerUpdateParams) {
  const customer = await addOwner(rig, owner)
  const method = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  await rig.stripe.customers.update(customer, change)
  const { latest_invoice } = await rig.stripe.subscriptions.create({
    ...{ customer, default_payment_method: method.id, items: [{ price: await priceId() }] },
  })
  return { customer, invoice: await rig.stripe.invoices.retrieve(String(latest_invoice)) }
}

/** The same with an invoice that is sent, and waits to be paid. */
async function billed(owner: string) {
  const customer = await addOwner(rig, owner)
  const method = await rig.stripe.paymentMethods.attach('pm_card_visa', { customer })
  await rig.stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } })
  const { latest_invoice } = await rig.stripe.subscriptions.create({
    ...{
      customer,
      collection_method: 'send_invoice',
      days_until_due: 14,
      items: [{ price: await priceId() }],
    },
  })
  return { customer, invoice: await rig.stripe.invoices.finalizeInvoice(String(latest_invoice)) }
}

async function priceId(): Promise<string> {
  const product = await rig.stripe.products.create({ name: 'Team' })
  const price = { unit_amount: 2_999, currency: 'usd', recurring: { interval: 'month' as const } }
  return (await rig.stripe.prices.create({ product: product.id, ...price })).id
}

async function giveBack({ id }: Stripe.Invoice, amount: number): Promise<void> {
  const { data } = await rig.stripe.invoicePayments.list({ invoice: id, status: 'paid' })
  await rig.stripe.refunds.create({ payment_intent: String(data[0]?.payment.payment_intent), amount })
}

async function reasonOf(owner: string, customer: string): Promise<string | undefined> {
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const facts = await readAccessFacts(rig.database.db.query, owner)
  return accessAt(facts, { pastDueGraceDays: 7 }, rig.context.clock.now()).grants[0]?.reason
}
