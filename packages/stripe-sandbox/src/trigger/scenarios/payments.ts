import type { Scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

/** A PaymentIntent of 20.00 USD that this card is to pay at once. */
function payingWith({ stripe }: Stage, paymentMethod: string) {
  return stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    payment_method: paymentMethod,
    confirm: true,
    return_url: 'https://example.com/return',
  })
}

export const paymentScenarios: readonly Scenario[] = [
  {
    what: 'a payment is declined',
    events: ['payment_intent.payment_failed', 'charge.failed'],
    play: async ({ checkout, pay, price }) => {
      const { id } = await price('one_time')
      const session = await checkout({ mode: 'payment', line_items: [{ price: id, quantity: 1 }] })
      await pay(session, { number: '4000000000000002' })
    },
  },
  {
    what: 'a payment asks for authentication and is canceled',
    events: ['payment_intent.requires_action', 'payment_intent.canceled'],
    play: async (stage) => {
      const { id } = await payingWith(stage, 'pm_card_threeDSecure2Required')
      await stage.stripe.paymentIntents.cancel(id)
    },
  },
  {
    what: 'a payment is refunded',
    events: ['refund.created', 'charge.refunded', 'refund.updated'],
    play: async (stage) => {
      const { id } = await payingWith(stage, 'pm_card_visa')
      const refund = await stage.stripe.refunds.create({ payment_intent: id })
      await stage.stripe.refunds.update(refund.id, { metadata: { triggered: 'true' } })
    },
  },
]
