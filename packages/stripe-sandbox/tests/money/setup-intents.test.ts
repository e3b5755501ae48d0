import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'
import { startTillWithCustomer } from '../support/till.ts'

const direct = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const

/** A till with a customer who has no card yet. */
async function withCustomer() {
  const till = await startTillWithCustomer()
  const { customer } = till
  const setUp = (
    paymentMethod: string,
    more: Partial<Stripe.SetupIntentCreateParams> = {},
  ): Promise<Stripe.SetupIntent> =>
    till.stripe.setupIntents.create({
      customer,
      ...direct,
      payment_method: paymentMethod,
      confirm: true,
      ...more,
    })
  const cards = async (): Promise<Stripe.PaymentMethod[]> =>
    (await till.stripe.paymentMethods.list({ customer })).data
  return { ...till, setUp, cards }
}

describe('a SetupIntent', () => {
  test('saves a card for its customer', async () => {
    const till = await withCustomer()
    const intent = await till.stripe.setupIntents.create({ customer: till.customer, ...direct })
    expect(intent).toMatchObject({ status: 'requires_payment_method', usage: 'off_session' })
    const confirmed = await till.stripe.setupIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    expect(confirmed).toMatchObject({ status: 'succeeded', next_action: null })
    expect((await till.cards()).map(({ id }) => id)).toEqual([confirmed.payment_method])
    expect(typesOf(await till.newEvents())).toEqual([
      'setup_intent.created',
      'setup_intent.succeeded',
      'payment_method.attached',
    ])
  })

  test('declined keeps why, and takes another card', async () => {
    const till = await withCustomer()
    const error = await failure(till.setUp('pm_card_chargeDeclined'))
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' })
    const [intent] = (await till.stripe.setupIntents.list({ customer: till.customer })).data
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'card_declined' },
    })
    await till.stripe.setupIntents.confirm(intent?.id ?? '', { payment_method: 'pm_card_visa' })
    expect(await till.cards()).toHaveLength(1)
  })

  test('asks the holder, who then pays off session without being asked', async () => {
    const till = await withCustomer()
    const intent = await till.setUp('pm_card_authenticationRequiredOnSetup')
    expect(intent.status).toBe('requires_action')
    expect(await till.cards()).toEqual([])
    const authenticationId = intent.next_action?.redirect_to_url?.url?.split('/').at(-1) ?? ''
    till.answerChallenge({ outcome: 'requires_action', authenticationId })
    const [card] = await till.cards()
    const { intent: paid } = await till.pay(card?.id ?? '', 2000, {
      customer: till.customer,
      off_session: true,
    })
    expect(paid.status).toBe('succeeded')
  })

  test('whose holder fails the challenge can be tried again', async () => {
    const till = await withCustomer()
    const intent = await till.setUp('pm_card_authenticationRequired')
    const authenticationId = intent.next_action?.redirect_to_url?.url?.split('/').at(-1) ?? ''
    till.answerChallenge({ outcome: 'requires_action', authenticationId }, 'fail')
    expect(await till.stripe.setupIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    })
  })

  test('can be canceled until it has succeeded', async () => {
    const till = await withCustomer()
    const open = await till.stripe.setupIntents.create({ customer: till.customer })
    const canceled = await till.stripe.setupIntents.cancel(open.id, { cancellation_reason: 'abandoned' })
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
    expect(typesOf(await till.newEvents())).toEqual(['setup_intent.created', 'setup_intent.canceled'])
    const done = await till.setUp('pm_card_visa')
    for (const id of [open.id, done.id]) {
      expect(await failure(till.stripe.setupIntents.cancel(id))).toMatchObject({
        code: 'setup_intent_unexpected_state',
      })
    }
  })

  test('canceled makes its challenge worthless', async () => {
    const till = await withCustomer()
    const intent = await till.setUp('pm_card_authenticationRequired')
    const authenticationId = intent.next_action?.redirect_to_url?.url?.split('/').at(-1) ?? ''
    await till.stripe.setupIntents.cancel(intent.id)
    expect(till.answerChallenge({ outcome: 'requires_action', authenticationId })).toMatchObject({
      outcome: 'closed',
    })
    expect((await till.stripe.setupIntents.retrieve(intent.id)).status).toBe('canceled')
  })

  test('is updated before it ends, and described after it', async () => {
    const till = await withCustomer()
    const { id } = await till.stripe.setupIntents.create({ customer: till.customer, ...direct })
    const updated = await till.stripe.setupIntents.update(id, { payment_method: 'pm_card_visa' })
    expect(updated.status).toBe('requires_confirmation')
    expect((await till.stripe.setupIntents.confirm(id)).status).toBe('succeeded')
    const described = await till.stripe.setupIntents.update(id, { metadata: { seat: '7' } })
    expect(described).toMatchObject({ status: 'succeeded', metadata: { seat: '7' } })
    expect(
      await failure(till.stripe.setupIntents.update(id, { payment_method: 'pm_card_visa' })),
    ).toMatchObject({ code: 'setup_intent_unexpected_state' })
  })

  test('needs a payment method to be confirmed, and no second confirmation', async () => {
    const till = await withCustomer()
    const { id } = await till.stripe.setupIntents.create({ customer: till.customer, ...direct })
    expect(await failure(till.stripe.setupIntents.confirm(id))).toMatchObject({
      message: expect.stringContaining("it's missing a payment method"),
    })
    await till.stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' })
    expect(await failure(till.stripe.setupIntents.confirm(id))).toMatchObject({
      message: 'You cannot confirm this SetupIntent because it has already succeeded.',
    })
  })

  test('of a Checkout session is moved by the session alone', async () => {
    const till = await withCustomer()
    const session = await till.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: till.customer,
      success_url: 'https://shop.example/thanks',
    })
    const id = String(session.setup_intent)
    expect(await failure(till.stripe.setupIntents.cancel(id))).toMatchObject({
      code: 'setup_intent_unexpected_state',
    })
    expect(till.payAtCheckout(session.id)).toEqual({ outcome: 'complete' })
    expect(await till.stripe.setupIntents.retrieve(id)).toMatchObject({ status: 'succeeded' })
    expect(await till.cards()).toHaveLength(1)
  })
})
