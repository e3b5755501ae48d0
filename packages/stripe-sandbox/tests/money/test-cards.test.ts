import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { payCheckoutSession } from '../../src/billing/pay-checkout-session.ts'
import { behavingCards } from '../../src/billing/test-cards/behaving.ts'
import { cardsByBrand } from '../../src/billing/test-cards/by-brand.ts'
import { cardsByCountry } from '../../src/billing/test-cards/by-country.ts'
import type { TestCard } from '../../src/billing/test-cards/test-card.ts'
import { createSandbox, type Sandbox } from '../../src/index.ts'
import { clientOf, failure } from '../support/start.ts'

// Every row of the table is held to what it says. The cards do not see one another, so that one sandbox does for all.
let sandbox: Sandbox
let stripe: Stripe
let customer: string

beforeAll(async () => {
  sandbox = await createSandbox({ seed: 'demo' })
  stripe = clientOf(sandbox)
  customer = (await stripe.customers.create({ email: 'ada@example.com' })).id
})
afterAll(() => sandbox.close())

const title = (card: TestCard): string => `${card.number} ${card.names[0] ?? ''}`
const titled = (cards: readonly TestCard[]) => cards.map((card) => [title(card), card] as const)
const played = behavingCards.filter((card) => card.notYet === null)
const named = played.filter((card) => card.names.length > 0)

test.each([...cardsByBrand, ...cardsByCountry].map((card) => [title(card), card] as const))(
  '%s pays, as a card of its brand, country and funding',
  async (_, card) => {
    const intent = await pay((await typed(card)).id, { expand: ['latest_charge'] })
    expect(intent).toMatchObject({
      status: 'succeeded',
      latest_charge: {
        outcome: { risk_level: 'normal', type: 'authorized' },
        payment_method_details: { card: looks(card) },
      },
    })
  },
)

test.each(titled([...cardsByBrand, ...named, ...cardsByCountry].filter((card) => card.names.length > 0)))(
  '%s is what its names stand for',
  async (_, card) => {
    for (const name of card.names) {
      const { card: seen } = await stripe.paymentMethods.create({
        type: 'card',
        card: { token: `tok_${name}` },
      })
      expect(seen).toMatchObject(looks(card))
    }
  },
)

test.each(titled(named))('%s is attached, or refused at once', async (_, card) => {
  const call = stripe.paymentMethods.attach(`pm_card_${card.names[0]}`, { customer })
  if (card.canBeSaved) {
    expect((await call).card?.checks?.cvc_check).toBe(card.checks.cvc)
  } else expect(await failure(call)).toMatchObject(refusalOf(card))
})

test.each(titled(played))('%s is charged as its row says', async (_, card) => {
  const call = pay((await typed(card)).id)
  if (isChallenged(card)) expect((await call).status).toBe('requires_action')
  else if (card.decline) expect(await failure(call)).toMatchObject(refusalOf(card))
  else expect((await call).status).toBe('succeeded')
})

test.each(titled(named.filter((card) => card.canBeSaved)))(
  '%s is charged off session, without having been set up, as its row says',
  async (_, card) => {
    const { id } = await stripe.paymentMethods.attach(`pm_card_${card.names[0]}`, { customer })
    const call = pay(id, { customer, off_session: true })
    if (card.authentication === 'always' || card.authentication === 'unless_set_up') {
      expect(await failure(call)).toMatchObject({ code: 'authentication_required' })
    } else if (card.decline) expect(await failure(call)).toMatchObject(refusalOf(card))
    else expect((await call).status).toBe('succeeded')
  },
)

test.each(titled(played))('%s pays at Checkout as its row says', async (_, card) => {
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: 'price_demo_import', quantity: 1 }],
    success_url: 'https://shop.example/thanks',
  })
  const outcome = payAtCheckout(session.id, card)
  if (isChallenged(card)) expect(outcome).toMatchObject({ outcome: 'requires_action' })
  else if (card.decline) {
    const { code, declineCode } = card.decline
    expect(outcome).toMatchObject({ outcome: 'declined', code, declineCode })
  } else expect(outcome).toEqual({ outcome: 'complete' })
})

test.each(titled(played))('%s is saved at Checkout as its row says', async (_, card) => {
  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    currency: 'usd',
    success_url: 'https://shop.example/thanks',
  })
  const outcome = payAtCheckout(session.id, card)
  if (!card.canBeSaved) expect(outcome).toMatchObject({ outcome: 'declined', code: card.decline?.code })
  else if (card.authentication === 'always' || card.authentication === 'unless_set_up') {
    expect(outcome).toMatchObject({ outcome: 'requires_action' })
  } else expect(outcome).toEqual({ outcome: 'complete' })
})

test.each(titled(behavingCards.filter((card) => card.notYet !== null)))(
  '%s, whose scene cannot be played yet, is refused',
  async (_, card) => {
    expect(await failure(typed(card))).toMatchObject({ code: 'sandbox_not_supported_yet' })
  },
)

describe('what was typed beside the number', () => {
  const address = { line1: 'Hauptstraße 1', postal_code: '10115', country: 'DE' }

  test.each(titled(played.filter(({ checks }) => Object.values(checks).some((result) => result !== 'pass'))))(
    '%s is checked as its row says',
    async (_, card) => {
      const method = await typed(card, { billing_details: { address } })
      const { latest_charge: charge } = await pay(method.id, { expand: ['latest_charge'] })
      expect(charge).toMatchObject({
        outcome: { risk_level: card.risk },
        payment_method_details: {
          card: {
            checks: {
              address_line1_check: card.checks.line1,
              address_postal_code_check: card.checks.postalCode,
              cvc_check: card.checks.cvc,
            },
          },
        },
      })
    },
  )

  test('cannot fail when it was not typed', async () => {
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4000000000000127', exp_month: 12, exp_year: 2040 },
    })
    const { latest_charge: charge } = await pay(method.id, { expand: ['latest_charge'] })
    expect(charge).toMatchObject({
      paid: true,
      payment_method_details: {
        card: { checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null } },
      },
    })
  })
})

test('a holder who is known without a challenge is authenticated', async () => {
  const method = await stripe.paymentMethods.create({ type: 'card', card: cardOf('4000000032200000') })
  const { latest_charge: charge } = await pay(method.id, { expand: ['latest_charge'] })
  expect(charge).toMatchObject({
    payment_method_details: {
      card: { three_d_secure: { authentication_flow: 'frictionless', result: 'authenticated' } },
    },
  })
})

test('no two rows share a number or a name', () => {
  const all = [...cardsByBrand, ...behavingCards, ...cardsByCountry]
  const names = all.flatMap((card) => card.names)
  expect(new Set(all.map((card) => card.number)).size).toBe(all.length)
  expect(new Set(names).size).toBe(names.length)
})

function cardOf(number: string): Stripe.PaymentMethodCreateParams.Card {
  return { number, exp_month: 12, exp_year: 2040, cvc: number.length === 15 ? '1234' : '123' }
}

function typed(
  { number }: TestCard,
  more: Partial<Stripe.PaymentMethodCreateParams> = {},
): Promise<Stripe.PaymentMethod> {
  return stripe.paymentMethods.create({ type: 'card', card: cardOf(number), ...more })
}

function pay(
  paymentMethod: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    payment_method: paymentMethod,
    confirm: true,
    ...more,
  })
}

function payAtCheckout(sessionId: string, { number }: TestCard) {
  const { context } = sandbox
  const card = { number, expMonth: 12, expYear: 2040, cvc: '123' }
  return context.store.transaction(() =>
    payCheckoutSession(context, sessionId, { email: 'ada@example.com', name: 'Ada', card }),
  )
}

function isChallenged({ authentication }: TestCard): boolean {
  return authentication !== 'never' && authentication !== 'frictionless'
}

function looks({ brand, country, funding, number }: TestCard) {
  return { brand, country, funding, last4: number.slice(-4) }
}

function refusalOf({ decline }: TestCard) {
  return {
    statusCode: 402,
    code: decline?.code,
    ...(decline?.declineCode == null ? {} : { decline_code: decline.declineCode }),
  }
}
