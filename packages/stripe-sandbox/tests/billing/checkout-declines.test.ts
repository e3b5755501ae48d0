import { describe, expect, test } from 'vitest'
import { cards, everythingConforms, startShop, typesOf } from '../support/shop.ts'

describe('a declined card at Checkout', () => {
  test('leaves the session open and tells what happened', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    await shop.newEvents()
    expect(shop.pay(session.id, cards.declined)).toEqual({
      outcome: 'declined',
      message: 'Your card was declined.',
      code: 'card_declined',
      declineCode: 'generic_decline',
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ])
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      subscription: null,
    })
    expect((await shop.stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('can be followed by a good one, in the same PaymentIntent', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    shop.pay(session.id, cards.declined)
    await shop.newEvents()
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    expect(typesOf(await shop.newEvents())).not.toContain('payment_intent.created')
    expect((await shop.stripe.paymentIntents.list()).data).toHaveLength(1)
    expect((await shop.stripe.charges.list()).data.map((charge) => charge.status)).toEqual([
      'succeeded',
      'failed',
    ])
  })

  test('with a mistyped number never reaches the bank', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    await shop.newEvents()
    expect(shop.pay(session.id, '4242424242424241')).toMatchObject({
      outcome: 'declined',
      code: 'incorrect_number',
    })
    expect(await shop.newEvents()).toEqual([])
  })

  test('that plays a scene of which the sandbox knows nothing is refused, not charged', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    expect(shop.pay(session.id, '4000008400000779')).toMatchObject({ code: 'sandbox_not_supported_yet' })
    expect((await shop.stripe.charges.list()).data).toEqual([])
  })
})

describe('a challenge at Checkout', () => {
  test('that is passed completes the session', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    await shop.newEvents()
    const outcome = shop.pay(session.id, cards.challenged)
    expect(typesOf(await shop.newEvents())).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
    ])
    expect(shop.answerChallenge(outcome)).toEqual({ outcome: 'complete' })
    expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: 'paid' })
    const [charge] = (await shop.stripe.charges.list()).data
    expect(charge?.payment_method_details?.card?.three_d_secure?.result).toBe('authenticated')
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('that is failed leaves the session open', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    const outcome = shop.pay(session.id, cards.challenged)
    await shop.newEvents()
    expect(shop.answerChallenge(outcome, 'fail')).toMatchObject({
      outcome: 'declined',
      code: 'payment_intent_authentication_failure',
    })
    expect(typesOf(await shop.newEvents())).toEqual(['payment_intent.payment_failed'])
    expect(shop.pay(session.id)).toEqual({ outcome: 'complete' })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('that is passed can still end in a decline', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    const outcome = shop.pay(session.id, cards.challengedThenDeclined)
    expect(shop.answerChallenge(outcome)).toMatchObject({ declineCode: 'insufficient_funds' })
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
  })

  test('is worthless once another card has paid', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    const outcome = shop.pay(session.id, cards.challenged)
    shop.pay(session.id)
    expect(shop.answerChallenge(outcome)).toEqual({ outcome: 'closed', reason: 'expired' })
    expect((await shop.stripe.subscriptions.list()).data).toHaveLength(1)
  })

  test('is answered once', async () => {
    const shop = await startShop()
    const outcome = shop.pay((await shop.checkout()).id, cards.challenged)
    shop.answerChallenge(outcome)
    expect(shop.answerChallenge(outcome)).toEqual({ outcome: 'closed', reason: 'complete' })
    expect((await shop.stripe.charges.list()).data).toHaveLength(1)
  })

  test('is worthless once the session has expired', async () => {
    const shop = await startShop()
    const session = await shop.checkout()
    const outcome = shop.pay(session.id, cards.challenged)
    shop.clock.advance(24 * 3600)
    expect(shop.answerChallenge(outcome)).toEqual({ outcome: 'closed', reason: 'expired' })
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired')
    expect((await shop.stripe.charges.list()).data).toEqual([])
  })

  test('of a trial is about keeping the card', async () => {
    const shop = await startShop()
    const session = await shop.checkout({ subscription_data: { trial_period_days: 14 } })
    const outcome = shop.pay(session.id, cards.challenged)
    expect(shop.answerChallenge(outcome)).toEqual({ outcome: 'complete' })
    const { subscription } = await shop.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription'],
    })
    expect(subscription).toMatchObject({ status: 'trialing' })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })
})
