import { setTimeout as wait } from 'node:timers/promises'
import type Stripe from 'stripe'

const day = 86_400

/** What a story needs to happen. Everything it uses is made anew, so that it works at any sandbox and changes nothing that was there. */
export interface Stage {
  stripe: Stripe
  /** A price of 15.00 USD, monthly unless it is one-time. */
  price(kind?: 'monthly' | 'one_time', amountMinor?: number): Promise<Stripe.Price>
  /** A customer whose invoices this card pays; on a test clock when the story lets time pass. */
  customer(paymentMethod?: string | null, clock?: Stripe.TestHelpers.TestClock): Promise<Stripe.Customer>
  clock(): Promise<Stripe.TestHelpers.TestClock>
  /** Puts a test clock forward and answers when everything that was due is done. */
  pass(clock: Stripe.TestHelpers.TestClock, days: number): Promise<void>
  subscription(
    customer: Stripe.Customer,
    more?: Partial<Stripe.SubscriptionCreateParams>,
  ): Promise<Stripe.Subscription>
  checkout(parameters: Stripe.Checkout.SessionCreateParams): Promise<Stripe.Checkout.Session>
  /** What a buyer does at hosted Checkout. */
  pay(session: Stripe.Checkout.Session, fields?: Record<string, string>): Promise<void>
}

export function createStage(stripe: Stripe): Stage {
  const price: Stage['price'] = (kind = 'monthly', amountMinor = 1500) =>
    stripe.prices.create({
      currency: 'usd',
      unit_amount: amountMinor,
      product_data: { name: 'Triggered' },
      ...(kind === 'monthly' ? { recurring: { interval: 'month' } } : {}),
    })
  return {
    stripe,
    price,
    customer: async (paymentMethod = 'pm_card_visa', clock) => {
      const customer = await stripe.customers.create({
        name: 'Jenny Rosen',
        email: 'jenny@example.com',
        ...(clock === undefined ? {} : { test_clock: clock.id }),
      })
      if (paymentMethod === null) return customer
      const card = await stripe.paymentMethods.attach(paymentMethod, { customer: customer.id })
      return await stripe.customers.update(customer.id, {
        invoice_settings: { default_payment_method: card.id },
      })
    },
    clock: () =>
      stripe.testHelpers.testClocks.create({
        frozen_time: Math.floor(Date.UTC(2030, 0, 15, 12) / 1000),
        name: 'stripe-sandbox trigger',
      }),
    pass: async (clock, days) => {
      const { frozen_time: now } = await stripe.testHelpers.testClocks.retrieve(clock.id)
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: now + days * day })
      while ((await stripe.testHelpers.testClocks.retrieve(clock.id)).status === 'advancing') await wait(20)
    },
    subscription: async (customer, more = {}) =>
      stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: (await price()).id }],
        ...more,
      }),
    checkout: (parameters) =>
      stripe.checkout.sessions.create({ success_url: 'https://example.com/success', ...parameters }),
    pay: async (session, fields = {}) => {
      const answer = await fetch(session.url ?? '', {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({
          email: 'jenny@example.com',
          name: 'Jenny Rosen',
          number: '4242424242424242',
          expiry: '12 / 40',
          cvc: '123',
          ...fields,
        }),
      })
      await answer.arrayBuffer()
      if (answer.status >= 500) throw new Error(`Hosted Checkout answered ${answer.status}.`)
    },
  }
}

/** A PaymentIntent of 20.00 USD that this card is to pay at once. */
export async function payingWith(
  { stripe, customer }: Stage,
  paymentMethod: string,
  clock?: Stripe.TestHelpers.TestClock,
): Promise<Stripe.PaymentIntent> {
  return await stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    payment_method: paymentMethod,
    confirm: true,
    return_url: 'https://example.com/return',
    ...(clock === undefined ? {} : { customer: (await customer(null, clock)).id }),
  })
}
