import type Stripe from 'stripe'
import type { Scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

/** An invoice over 15.00 USD that the customer is to pay by hand. */
async function draft({ stripe }: Stage, customer: Stripe.Customer): Promise<string> {
  const { id } = await stripe.invoices.create({
    customer: customer.id,
    collection_method: 'send_invoice',
    days_until_due: 14,
  })
  await stripe.invoiceItems.create({ customer: customer.id, invoice: id, amount: 1500, currency: 'usd' })
  return id
}

async function openInvoice(stage: Stage): Promise<string> {
  const id = await draft(stage, await stage.customer(null))
  await stage.stripe.invoices.finalizeInvoice(id)
  return id
}

export const invoiceScenarios: readonly Scenario[] = [
  {
    what: 'a renewal is announced, and its payment fails',
    events: ['invoice.upcoming', 'invoice.payment_failed', 'invoice.updated'],
    play: async ({ stripe, clock, customer, pass, subscription }) => {
      const time = await clock()
      const buyer = await customer('pm_card_visa', time)
      const { id } = await subscription(buyer)
      const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
        customer: buyer.id,
      })
      await stripe.subscriptions.update(id, { default_payment_method: failing.id })
      await pass(time, 32)
    },
  },
  {
    what: 'the first payment of a subscription asks for authentication',
    events: ['invoice.payment_action_required'],
    play: async ({ customer, subscription }) => {
      await subscription(await customer('pm_card_authenticationRequired'), {
        payment_behavior: 'allow_incomplete',
      })
    },
  },
  {
    what: 'an open invoice is voided',
    events: ['invoice.voided'],
    play: async (stage) => {
      await stage.stripe.invoices.voidInvoice(await openInvoice(stage))
    },
  },
  {
    what: 'an open invoice is given up',
    events: ['invoice.marked_uncollectible'],
    play: async (stage) => {
      await stage.stripe.invoices.markUncollectible(await openInvoice(stage))
    },
  },
  {
    what: 'an open invoice is corrected, and the correction is taken back',
    events: ['credit_note.created', 'credit_note.updated', 'credit_note.voided'],
    play: async (stage) => {
      const { stripe } = stage
      const note = await stripe.creditNotes.create({ invoice: await openInvoice(stage), amount: 500 })
      await stripe.creditNotes.update(note.id, { memo: 'As agreed' })
      await stripe.creditNotes.voidCreditNote(note.id)
    },
  },
  {
    what: 'an item is put on a draft and taken off, and the draft is deleted',
    events: ['invoiceitem.deleted', 'invoice.deleted'],
    play: async (stage) => {
      const { stripe } = stage
      const invoice = await draft(stage, await stage.customer(null))
      const { data } = await stripe.invoiceItems.list({ invoice })
      for (const { id } of data) await stripe.invoiceItems.del(id)
      await stripe.invoices.del(invoice)
    },
  },
  {
    what: 'an invoice is sent, and nobody pays it',
    events: ['invoice.sent', 'invoice.will_be_due', 'invoice.overdue'],
    play: async (stage) => {
      const time = await stage.clock()
      const id = await draft(stage, await stage.customer(null, time))
      await stage.stripe.invoices.sendInvoice(id)
      await stage.pass(time, 16)
    },
  },
  {
    what: 'an open invoice gets a credit note, which is voided',
    events: ['credit_note.created', 'credit_note.updated', 'credit_note.voided'],
    play: async (stage) => {
      const invoice = await openInvoice(stage)
      const { id } = await stage.stripe.creditNotes.create({ invoice, amount: 500 })
      await stage.stripe.creditNotes.update(id, { memo: 'Triggered' })
      await stage.stripe.creditNotes.voidCreditNote(id)
    },
  },
]
