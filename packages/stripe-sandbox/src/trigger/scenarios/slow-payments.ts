import type { Scenario } from '../scenario.ts'
import { payingWith, type Stage } from '../stage.ts'

/** A purchase at hosted Checkout by a debit of this US bank account, and the days until the bank has answered. */
async function buyByDebit(stage: Stage, accountNumber: string): Promise<void> {
  const time = await stage.clock()
  const { id: customer } = await stage.customer(null, time)
  const { id: price } = await stage.price('one_time')
  const session = await stage.checkout({
    mode: 'payment',
    customer,
    allowed_payment_method_types: ['us_bank_account'],
    line_items: [{ price, quantity: 1 }],
  })
  await stage.pay(session, { way: 'us_bank_account', account: accountNumber })
  await stage.pass(time, 7)
}

export const slowPaymentScenarios: readonly Scenario[] = [
  {
    what: 'a purchase is paid by bank debit, and the money comes days later',
    events: ['payment_intent.processing', 'charge.pending', 'checkout.session.async_payment_succeeded'],
    play: (stage) => buyByDebit(stage, '000123456789'),
  },
  {
    what: 'a purchase is paid by bank debit, and the money does not come',
    events: ['checkout.session.async_payment_failed'],
    play: (stage) => buyByDebit(stage, '000222222227'),
  },
  {
    what: 'an amount is held on a card and captured',
    events: ['payment_intent.amount_capturable_updated', 'charge.captured'],
    play: async (stage) => {
      const { id } = await payingWith(stage, 'pm_card_visa', undefined, { capture_method: 'manual' })
      await stage.stripe.paymentIntents.capture(id)
    },
  },
  {
    what: 'an amount is held on a card until the hold expires',
    events: ['charge.expired'],
    play: async (stage) => {
      const time = await stage.clock()
      await payingWith(stage, 'pm_card_visa', time, { capture_method: 'manual' })
      await stage.pass(time, 8)
    },
  },
]
