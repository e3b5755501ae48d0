import type Stripe from 'stripe'
import { confirmAuthentication } from '../../src/billing/confirm-authentication.ts'
import type { PaymentOutcome } from '../../src/billing/outcomes.ts'
import { payCheckoutSession } from '../../src/billing/pay-checkout-session.ts'
import type { Sandbox, SandboxOptions } from '../../src/index.ts'
import type { TableName } from '../../src/store/tables.ts'
import { conforms } from './conforms.ts'
import { movableClock } from './movable-clock.ts'
import { start } from './start.ts'

export const cards = {
  good: '4242424242424242',
  declined: '4000000000000002',
  challenged: '4000000000003220',
  challengedThenDeclined: '4000008260003178',
} as const

/** A sandbox with the demo catalogue, a clock that the test moves, and what a shop and its buyers do. */
export async function startShop(options: SandboxOptions = {}) {
  const clock = movableClock(Date.UTC(2027, 0, 31, 12) / 1000)
  const { sandbox, stripe } = await start({ seed: 'demo', clock, ...options })
  const seen = new Set((await stripe.events.list({ limit: 100 })).data.map((event) => event.id))
  return {
    sandbox,
    stripe,
    clock,
    ...buyers(sandbox),

    /** Opens hosted Checkout for one of the demo prices. */
    checkout: (parameters: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
      stripe.checkout.sessions.create({
        mode: 'subscription',
        success_url: 'https://shop.example/thanks?session_id={CHECKOUT_SESSION_ID}',
        line_items: [{ price: 'price_demo_team_monthly', quantity: 1 }],
        ...parameters,
      }),

    /** The events since the last call, oldest first. */
    newEvents: async (): Promise<Stripe.Event[]> => {
      const { data } = await stripe.events.list({ limit: 100 })
      const fresh = data.filter((event) => !seen.has(event.id)).reverse()
      for (const event of fresh) seen.add(event.id)
      return fresh
    },

    /** A customer whose invoices this card pays. */
    customerWithCard: async (paymentMethod = 'pm_card_visa'): Promise<Stripe.Customer> => {
      const customer = await stripe.customers.create({ email: 'ada@example.com' })
      const card = await stripe.paymentMethods.attach(paymentMethod, { customer: customer.id })
      return stripe.customers.update(customer.id, {
        invoice_settings: { default_payment_method: card.id },
      })
    },
  }
}

/** What buyers do at the hosted pages, as the pages do it. */
function buyers({ context }: Sandbox) {
  const card = (number: string) => ({ number, expMonth: 12, expYear: 2034, cvc: '123' })
  return {
    card,
    pay: (sessionId: string, number: string | null = cards.good): PaymentOutcome =>
      context.store.transaction(() =>
        payCheckoutSession(context, sessionId, {
          email: 'ada@example.com',
          name: 'Ada Lovelace',
          card: number === null ? null : card(number),
        }),
      ),
    answerChallenge: (outcome: PaymentOutcome, answer: 'succeed' | 'fail' = 'succeed'): PaymentOutcome => {
      if (outcome.outcome !== 'requires_action') throw new Error(`no challenge in ${JSON.stringify(outcome)}`)
      return context.store.transaction(() => confirmAuthentication(context, outcome.authenticationId, answer))
    },
  }
}

const stripeTables: readonly TableName[] = [
  'customer',
  'payment_method',
  'checkout.session',
  'subscription',
  'invoice',
  'invoice_payment',
  'payment_intent',
  'setup_intent',
  'charge',
  'refund',
  'dispute',
  'radar.early_fraud_warning',
  'balance_transaction',
  'billing_portal.configuration',
  'billing_portal.session',
  'event',
]

/** What is wrong with anything that the sandbox holds, events with their snapshots included. */
export function everythingConforms({ context }: Sandbox): string[] {
  return stripeTables.flatMap((table) =>
    [...context.store.all(table)].flatMap((object) => conforms(object).map((line) => `${table} ${line}`)),
  )
}

export function typesOf(events: readonly Stripe.Event[]): string[] {
  return events.map((event) => event.type)
}
