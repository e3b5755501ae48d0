import type { Scenario } from '../scenario.ts'

export const buyingScenarios: readonly Scenario[] = [
  {
    what: 'somebody subscribes at hosted Checkout',
    events: [
      'checkout.session.completed',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ],
    play: async ({ checkout, pay, price }) => {
      const { id } = await price()
      await pay(await checkout({ mode: 'subscription', line_items: [{ price: id, quantity: 1 }] }))
    },
  },
  {
    what: 'a Checkout session is given up',
    events: ['checkout.session.expired'],
    play: async ({ stripe, checkout, price }) => {
      const { id } = await price('one_time')
      const session = await checkout({ mode: 'payment', line_items: [{ price: id, quantity: 1 }] })
      await stripe.checkout.sessions.expire(session.id)
    },
  },
]
