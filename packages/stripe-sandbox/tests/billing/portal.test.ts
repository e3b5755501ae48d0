import { describe, expect, test } from 'vitest'
import { openPortal } from '../../src/billing/portal.ts'
import { cancelInPortal, undoCancelInPortal } from '../../src/billing/portal-cancel.ts'
import { addCardInPortal, chooseCardInPortal, removeCardInPortal } from '../../src/billing/portal-cards.ts'
import { cards, everythingConforms, startShop, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const returnUrl = 'https://shop.example/account'

/** A shop with a subscribed customer in front of the open portal. */
async function withPortal() {
  const shop = await startShop()
  const session = await shop.checkout()
  shop.pay(session.id)
  const { customer, subscription } = await shop.stripe.checkout.sessions.retrieve(session.id)
  const portal = await shop.stripe.billingPortal.sessions.create({
    customer: customer as string,
    return_url: returnUrl,
  })
  await shop.newEvents()
  const { context } = shop.sandbox
  return {
    ...shop,
    context,
    customer: customer as string,
    subscription: subscription as string,
    portal,
    act: <T>(action: () => T): T => context.store.transaction(action),
  }
}

describe('a portal session', () => {
  test('is a link to the sandbox for one customer', async () => {
    const { portal, customer, sandbox } = await withPortal()
    expect(portal).toMatchObject({
      customer,
      return_url: returnUrl,
      url: `${sandbox.url}/p/session/${portal.id}`,
    })
  })

  test('without any configuration is refused as at Stripe', async () => {
    const shop = await startShop({ seed: 'none' })
    const { id } = await shop.stripe.customers.create()
    const call = shop.stripe.billingPortal.sessions.create({ customer: id, return_url: returnUrl })
    expect(await failure(call)).toMatchObject({
      statusCode: 400,
      message: expect.stringMatching(/^No configuration provided and your test mode default configuration/),
    })
  })

  test('must be opened within 5 minutes', async () => {
    const shop = await withPortal()
    shop.clock.advance(5 * 60 + 1)
    expect(shop.act(() => openPortal(shop.context, shop.portal.id))).toBe('expired')
  })

  test('once open ends an hour after its last use', async () => {
    const shop = await withPortal()
    const open = () => shop.act(() => openPortal(shop.context, shop.portal.id))
    open()
    shop.clock.advance(3600)
    expect(open()).toMatchObject({ customer: { id: shop.customer } })
    shop.clock.advance(3601)
    expect(open()).toBe('expired')
  })

  test('shows the plan, the next invoice, the card and the invoices', async () => {
    const shop = await withPortal()
    expect(shop.act(() => openPortal(shop.context, shop.portal.id))).toMatchObject({
      subscriptions: [
        {
          items: [{ productName: 'Larkspur Team', quantity: 1 }],
          nextInvoice: { amountMinor: 2900, currency: 'usd' },
          endsAt: null,
        },
      ],
      paymentMethods: [{ card: { last4: '4242' } }],
      invoices: [{ status: 'paid' }],
    })
  })
})

describe('canceling in the portal', () => {
  test('sets cancel_at and leaves cancel_at_period_end alone, in flexible billing mode', async () => {
    const shop = await withPortal()
    const answers = { feedback: 'too_expensive', comment: 'for now' } as const
    expect(shop.act(() => cancelInPortal(shop.context, shop.portal.id, shop.subscription, answers))).toEqual({
      done: true,
    })
    const subscription = await shop.stripe.subscriptions.retrieve(shop.subscription)
    expect(subscription).toMatchObject({
      status: 'active',
      cancel_at_period_end: false,
      cancel_at: subscription.items.data[0]?.current_period_end,
      cancellation_details: { reason: 'cancellation_requested', ...answers },
    })
    const events = await shop.newEvents()
    expect(typesOf(events)).toEqual(['customer.subscription.updated'])
    expect(events[0]?.request).toEqual({ id: null, idempotency_key: null })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('can be taken back', async () => {
    const shop = await withPortal()
    shop.act(() => cancelInPortal(shop.context, shop.portal.id, shop.subscription))
    shop.act(() => undoCancelInPortal(shop.context, shop.portal.id, shop.subscription))
    expect(await shop.stripe.subscriptions.retrieve(shop.subscription)).toMatchObject({
      cancel_at: null,
      canceled_at: null,
    })
  })

  test("reaches nobody else's subscription", async () => {
    const shop = await withPortal()
    const other = await shop.customerWithCard()
    const foreign = await shop.stripe.subscriptions.create({
      customer: other.id,
      items: [{ price: 'price_demo_starter_monthly' }],
    })
    expect(shop.act(() => cancelInPortal(shop.context, shop.portal.id, foreign.id))).toMatchObject({
      done: false,
    })
    expect((await shop.stripe.subscriptions.retrieve(foreign.id)).cancel_at).toBeNull()
  })

  test('is at once where the configuration says so', async () => {
    const shop = await withPortal()
    const configuration = await shop.stripe.billingPortal.configurations.create({
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
    })
    const portal = await shop.stripe.billingPortal.sessions.create({
      customer: shop.customer,
      return_url: returnUrl,
      configuration: configuration.id,
    })
    shop.act(() => cancelInPortal(shop.context, portal.id, shop.subscription))
    expect((await shop.stripe.subscriptions.retrieve(shop.subscription)).status).toBe('canceled')
  })

  test('is refused where the configuration does not offer it', async () => {
    const shop = await withPortal()
    const [configuration] = (await shop.stripe.billingPortal.configurations.list({ is_default: true })).data
    await shop.stripe.billingPortal.configurations.update(configuration?.id ?? '', {
      features: { subscription_cancel: { enabled: false } },
    })
    expect(shop.act(() => cancelInPortal(shop.context, shop.portal.id, shop.subscription))).toMatchObject({
      done: false,
    })
  })
})

describe('cards in the portal', () => {
  test('a new one pays from then on', async () => {
    const shop = await withPortal()
    expect(
      shop.act(() => addCardInPortal(shop.context, shop.portal.id, shop.card('5555555555554444'))),
    ).toEqual({
      outcome: 'complete',
    })
    expect(typesOf(await shop.newEvents())).toEqual([
      'setup_intent.created',
      'setup_intent.succeeded',
      'payment_method.attached',
      'customer.updated',
      'customer.subscription.updated',
    ])
    const subscription = await shop.stripe.subscriptions.retrieve(shop.subscription, {
      expand: ['default_payment_method'],
    })
    expect(subscription.default_payment_method).toMatchObject({ card: { last4: '4444' } })
    expect(everythingConforms(shop.sandbox)).toEqual([])
  })

  test('a challenged one pays after its challenge', async () => {
    const shop = await withPortal()
    const outcome = shop.act(() => addCardInPortal(shop.context, shop.portal.id, shop.card(cards.challenged)))
    expect(shop.answerChallenge(outcome)).toEqual({ outcome: 'complete' })
    const { data } = await shop.stripe.paymentMethods.list({ customer: shop.customer })
    expect(data.map((method) => method.card?.last4)).toEqual(['3220', '4242'])
  })

  test('a declined one is not saved', async () => {
    const shop = await withPortal()
    const outcome = shop.act(() => addCardInPortal(shop.context, shop.portal.id, shop.card(cards.declined)))
    expect(outcome).toMatchObject({ outcome: 'declined', message: 'Your card was declined.' })
    expect((await shop.stripe.paymentMethods.list({ customer: shop.customer })).data).toHaveLength(1)
  })

  test('the one that pays can be removed only after another was chosen', async () => {
    const shop = await withPortal()
    const [old] = (await shop.stripe.paymentMethods.list({ customer: shop.customer })).data
    const remove = () => shop.act(() => removeCardInPortal(shop.context, shop.portal.id, old?.id ?? ''))
    expect(remove()).toMatchObject({ done: false })
    const added = await shop.stripe.paymentMethods.attach('pm_card_amex', { customer: shop.customer })
    expect(shop.act(() => chooseCardInPortal(shop.context, shop.portal.id, added.id))).toEqual({ done: true })
    expect(remove()).toEqual({ done: true })
  })
})
