import type { Scenario } from '../scenario.ts'
import { payingWith } from '../stage.ts'

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
    events: ['refund.created', 'charge.refunded'],
    play: async (stage) => {
      const { id } = await payingWith(stage, 'pm_card_visa')
      await stage.stripe.refunds.create({ payment_intent: id })
    },
  },
  {
    what: 'a refund fails days later: the bank sends the money back',
    events: ['refund.failed', 'refund.updated', 'charge.refund.updated', 'charge.updated'],
    play: async (stage) => {
      const time = await stage.clock()
      const { id } = await payingWith(stage, 'pm_card_refundFail', time)
      await stage.stripe.refunds.create({ payment_intent: id })
      await stage.pass(time, 10)
    },
  },
]
