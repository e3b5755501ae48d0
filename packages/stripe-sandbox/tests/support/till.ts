import type Stripe from 'stripe'
import type { SandboxOptions } from '../../src/index.ts'
import { startShop } from './shop.ts'

/** One payment that was taken. */
export interface Taken {
  intent: Stripe.PaymentIntent
  charge: string
}

/** A shop that takes money through the API, and what becomes of it. */
export async function startTill(options: SandboxOptions = {}) {
  const { pay: payAtCheckout, ...shop } = await startShop(options)
  const { stripe } = shop
  return {
    ...shop,
    payAtCheckout,

    /** Takes a payment now. */
    pay: async (
      paymentMethod: string,
      amount = 2000,
      parameters: Partial<Stripe.PaymentIntentCreateParams> = {},
    ): Promise<Taken> => {
      const intent = await stripe.paymentIntents.create({
        amount,
        currency: 'usd',
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        payment_method: paymentMethod,
        confirm: true,
        ...parameters,
      })
      return { intent, charge: String(intent.latest_charge) }
    },

    /** The latest dispute of a payment. */
    disputeOf: async ({ charge }: Taken): Promise<Stripe.Dispute> => {
      const [dispute] = (await stripe.disputes.list({ charge })).data
      if (dispute === undefined) throw new Error(`${charge} is not disputed`)
      return dispute
    },

    /** Submits evidence in words. */
    answer: (disputeId: string, text: string): Promise<Stripe.Dispute> =>
      stripe.disputes.update(disputeId, { evidence: { uncategorized_text: text } }),
  }
}

/** The same with a customer who has no payment method yet, and who is no news any more. */
export async function startTillWithCustomer() {
  const till = await startTill()
  const { id: customer } = await till.stripe.customers.create({ email: 'ada@example.com' })
  await till.newEvents()
  return { ...till, customer }
}
