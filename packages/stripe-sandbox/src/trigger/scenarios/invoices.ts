import type Stripe from 'stripe'
import type { Scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

/** The open invoice of a subscription whose customer pays by hand. */
async function openInvoice({ stripe, customer, subscription }: Stage): Promise<Stripe.Invoice> {
  const { latest_invoice: draft } = await subscription(await customer(null), {
    collection_method: 'send_invoice',
    days_until_due: 14,
  })
  return await stripe.invoices.finalizeInvoice(String(draft))
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
      const { id } = await openInvoice(stage)
      await stage.stripe.invoices.voidInvoice(id ?? '')
    },
  },
  {
    what: 'an open invoice is given up',
    events: ['invoice.marked_uncollectible'],
    play: async (stage) => {
      const { id } = await openInvoice(stage)
      await stage.stripe.invoices.markUncollectible(id ?? '')
    },
  },
]
