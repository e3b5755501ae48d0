import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { movableClock } from '../support/clock.ts'
import { cards, openPage, postForm, textOfId, typedCard } from '../support/pages.ts'
import { startPortal } from '../support/portal.ts'
import { start } from '../support/start.ts'

const everything: Stripe.BillingPortal.ConfigurationCreateParams.Features = {
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  subscription_cancel: { enabled: true },
}

const nothing = { invoice_history: { enabled: false } }

/** The portal of a customer with a monthly plan, bought at Checkout on 15 November 2026. */
async function portal(features: Stripe.BillingPortal.ConfigurationCreateParams.Features = everything) {
  const clock = movableClock()
  const { sandbox, stripe } = await start({ clock })
  const customer = await stripe.customers.create({ email: 'ada@example.com', name: 'Ada Lovelace' })
  const price = await stripe.prices.create({
    unit_amount: 2900,
    currency: 'usd',
    recurring: { interval: 'month' },
    product_data: { name: 'Team' },
  })
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'http://shop.test/thanks',
  })
  await postForm(session.url ?? '', typedCard())
  const configuration = await stripe.billingPortal.configurations.create({ features })
  const { url } = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration: configuration.id,
    return_url: 'http://shop.test/account',
  })
  const [subscription] = (await stripe.subscriptions.list({ customer: customer.id })).data
  const subscriptionId = subscription?.id ?? ''
  const plan = `${url}/subscriptions/${subscriptionId}`
  return {
    sandbox,
    stripe,
    clock,
    url,
    plan,
    subscriptionId,
    customerId: customer.id,
    configuration: configuration.id,
  }
}

describe('the billing portal', () => {
  test('shows the plan with its price and when it renews', async () => {
    const { url } = await portal()
    expect((await openPage(url)).text).toContain(
      'Team $29.00 per month Active Your plan renews on December 15, 2026 for $29.00. Paid with Visa •••• 4242',
    )
  })

  test('lists the invoices with links to invoice and receipt', async () => {
    const { url, sandbox } = await portal()
    const page = await openPage(url)
    expect(page.text).toMatch(/Nov 15, 2026 \$29\.00 Paid .* Invoice Receipt/)
    const links = [...page.markup.matchAll(/href="(\/(?:i|receipts)\/[^"]+)"/g)].map((link) => link[1])
    const answers = await Promise.all(links.map((link) => openPage(`${sandbox.url}${link}`)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('leads back to the return_url', async () => {
    const { url } = await portal()
    expect((await openPage(url)).markup).toContain('href="http://shop.test/account"')
  })

  test('shows nothing that the configuration turns off', async () => {
    const { url } = await portal(nothing)
    const { text } = await openPage(url)
    expect(text).not.toMatch(/Cancel plan|Add payment method|Invoice history/)
  })

  test('refuses what the configuration turns off', async () => {
    const { url, plan, stripe, subscriptionId } = await portal(nothing)
    const answers = await Promise.all([
      openPage(`${plan}/cancel`),
      postForm(`${plan}/cancel`),
      postForm(`${plan}/renew`),
      openPage(`${url}/payment-methods`),
      postForm(`${url}/payment-methods`, typedCard()),
    ])
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect((await stripe.subscriptions.retrieve(subscriptionId)).cancel_at).toBeNull()
  })
})

describe('canceling in the portal', () => {
  test('asks first', async () => {
    const { plan, stripe, subscriptionId } = await portal()
    expect((await openPage(`${plan}/cancel`)).text).toContain('You can use it until December 15, 2026')
    expect((await stripe.subscriptions.retrieve(subscriptionId)).cancel_at).toBeNull()
  })

  test('ends the plan with its period and says when', async () => {
    const { plan, sandbox } = await portal()
    const { status, location } = await postForm(`${plan}/cancel`)
    expect(status).toBe(303)
    expect((await openPage(`${sandbox.url}${location}`)).text).toContain('Cancels December 15, 2026')
  })

  test('can be undone', async () => {
    const { plan, url, stripe, subscriptionId } = await portal()
    await postForm(`${plan}/cancel`)
    expect((await openPage(url)).text).toContain("Don't cancel plan")
    await postForm(`${plan}/renew`)
    expect((await stripe.subscriptions.retrieve(subscriptionId)).cancel_at).toBeNull()
    expect((await openPage(url)).text).toContain('Your plan renews on December 15, 2026')
  })

  test('asks why where the configuration wants to know, and tells Stripe', async () => {
    const { plan, stripe, subscriptionId } = await portal({
      subscription_cancel: {
        enabled: true,
        cancellation_reason: { enabled: true, options: ['too_expensive', 'other'] },
      },
    })
    expect((await openPage(`${plan}/cancel`)).text).toContain('It is too expensive Another reason')
    await postForm(`${plan}/cancel`, { feedback: 'too_expensive', comment: 'Sorry' })
    const { cancellation_details: details } = await stripe.subscriptions.retrieve(subscriptionId)
    expect([details?.feedback, details?.comment]).toEqual(['too_expensive', 'Sorry'])
  })

  test('a second time says that it is done already', async () => {
    const { plan } = await portal()
    await postForm(`${plan}/cancel`)
    const again = await postForm(`${plan}/cancel`)
    expect([again.status, again.text.includes('already set to end')]).toEqual([409, true])
  })

  test('does not reach the subscription of another customer', async () => {
    const { url, stripe, subscriptionId, configuration } = await portal()
    const other = await stripe.customers.create({ email: 'eve@example.com' })
    const { url: otherUrl } = await stripe.billingPortal.sessions.create({
      customer: other.id,
      configuration,
      return_url: 'http://shop.test/account',
    })
    const { status } = await postForm(`${otherUrl}/subscriptions/${subscriptionId}/cancel`)
    expect(status).toBe(409)
    expect((await stripe.subscriptions.retrieve(subscriptionId)).cancel_at).toBeNull()
    expect((await openPage(url)).text).toContain('Cancel plan')
  })
})

describe('cards in the portal', () => {
  test('a new card pays from now on', async () => {
    const { url } = await portal()
    await postForm(`${url}/payment-methods`, typedCard('5555 5555 5555 4444'))
    expect((await openPage(url)).text).toContain('Paid with Mastercard •••• 4444')
  })

  test('a declined card is refused at its field', async () => {
    const { url } = await portal()
    const answer = await postForm(`${url}/payment-methods`, typedCard(cards.declines))
    expect([answer.status, textOfId(answer, 'field-number-error')]).toEqual([402, 'Your card was declined.'])
  })

  test('a card that asks for authentication is saved after it', async () => {
    const { url, sandbox } = await portal()
    const { location } = await postForm(`${url}/payment-methods`, typedCard(cards.authenticates))
    const back = await postForm(`${sandbox.url}${location}`, { answer: 'succeed' })
    const { text } = await openPage(back.location ?? '')
    expect(text).toContain('Your card is saved')
    expect(text).toContain('Paid with Visa •••• 3220')
  })

  test('the old card can be chosen again, and the new one removed', async () => {
    const { url, stripe, customerId } = await portal()
    const [old] = (await stripe.customers.listPaymentMethods(customerId)).data
    await postForm(`${url}/payment-methods`, typedCard('5555 5555 5555 4444'))
    await postForm(`${url}/payment-methods/${old?.id}/default`)
    const cardsNow = (await stripe.customers.listPaymentMethods(customerId)).data
    const added = cardsNow.find(({ id }) => id !== old?.id)
    await postForm(`${url}/payment-methods/${added?.id}/remove`)
    const { text } = await openPage(url)
    expect(text).toContain('Paid with Visa •••• 4242')
    expect(text).not.toContain('Mastercard')
  })
})

test('what is past due is paid at the invoice that failed, also while the next one is a draft', async () => {
  const recurring = { interval: 'week' } as const
  const price = { currency: 'usd', product: 'prod_demo_team', unit_amount: 700, recurring }
  const { open, changeCard, sandbox, invoices } = await startPortal(everything, {
    items: [{ price_data: price }],
  })
  await changeCard('pm_card_chargeCustomerFail')
  await sandbox.advance({ days: 14, minutes: 30 })
  const [draft, owed] = await invoices()
  expect([draft?.status, owed?.status]).toEqual(['draft', 'open'])
  const { markup } = await openPage((await open()).url)
  expect(markup).toContain(`<a href="/i/${owed?.id}">Pay the open invoice</a>`)
})

describe('the time of a portal session', () => {
  test('is 5 minutes to open it', async () => {
    const { url, clock } = await portal()
    clock.moveSeconds(5 * 60 + 1)
    const page = await openPage(url)
    expect([page.status, page.text.includes('This billing portal link has expired')]).toEqual([410, true])
    expect(page.markup).toContain('href="http://shop.test/account"')
  })

  test('is 1 hour after its last use', async () => {
    const { url, plan, clock } = await portal()
    await openPage(url)
    clock.moveSeconds(59 * 60)
    expect((await openPage(url)).status).toBe(200)
    clock.moveSeconds(59 * 60)
    expect((await openPage(url)).status).toBe(200)
    clock.moveSeconds(61 * 60)
    expect((await postForm(`${plan}/cancel`)).status).toBe(410)
  })

  test('is no time for a session that never was', async () => {
    const { sandbox } = await start()
    expect((await openPage(`${sandbox.url}/p/session/bps_nobody`)).status).toBe(404)
  })
})
