import type { Scenario } from '../scenario.ts'

export const subscriptionScenarios: readonly Scenario[] = [
  {
    what: 'a subscription changes its quantity and is canceled',
    events: ['customer.subscription.updated', 'invoiceitem.created', 'customer.subscription.deleted'],
    play: async ({ stripe, customer, subscription }) => {
      const { id, items } = await subscription(await customer())
      await stripe.subscriptions.update(id, { items: [{ id: items.data[0]?.id ?? '', quantity: 3 }] })
      await stripe.subscriptions.cancel(id)
    },
  },
  {
    what: 'a trial ends without a card: the subscription pauses, and resumes with one',
    events: [
      'customer.subscription.trial_will_end',
      'customer.subscription.paused',
      'customer.subscription.resumed',
    ],
    play: async ({ stripe, clock, customer, pass, subscription }) => {
      const time = await clock()
      const buyer = await customer(null, time)
      const { id } = await subscription(buyer, {
        trial_period_days: 7,
        trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
      })
      await pass(time, 8)
      const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.id })
      await stripe.subscriptions.update(id, { default_payment_method: card.id })
      await stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success' })
    },
  },
  {
    what: 'a change waits for authentication until it is too late',
    events: ['customer.subscription.pending_update_expired'],
    play: async ({ stripe, clock, customer, pass, subscription }) => {
      const time = await clock()
      const buyer = await customer('pm_card_visa', time)
      const { id, items } = await subscription(buyer)
      const card = await stripe.paymentMethods.attach('pm_card_authenticationRequired', {
        customer: buyer.id,
      })
      await stripe.subscriptions.update(id, { default_payment_method: card.id })
      await stripe.subscriptions.update(id, {
        items: [{ id: items.data[0]?.id ?? '', quantity: 5 }],
        payment_behavior: 'pending_if_incomplete',
        proration_behavior: 'always_invoice',
      })
      await pass(time, 2)
    },
  },
  {
    what: 'a change that waits for its payment is paid with another card',
    events: ['customer.subscription.pending_update_applied'],
    play: async ({ stripe, customer, subscription }) => {
      const buyer = await customer()
      const { id, items } = await subscription(buyer)
      const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
        customer: buyer.id,
      })
      await stripe.subscriptions.update(id, { default_payment_method: failing.id })
      const { latest_invoice: invoice } = await stripe.subscriptions.update(id, {
        items: [{ id: items.data[0]?.id ?? '', quantity: 5 }],
        payment_behavior: 'pending_if_incomplete',
        proration_behavior: 'always_invoice',
      })
      const paying = await stripe.paymentMethods.attach('pm_card_visa', { customer: buyer.id })
      await stripe.invoices.pay(String(invoice), { payment_method: paying.id })
    },
  },
]
