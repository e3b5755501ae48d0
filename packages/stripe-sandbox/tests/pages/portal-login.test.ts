import { describe, expect, test } from 'vitest'
import { openPage, postForm } from '../support/pages.ts'
import { startShop } from '../support/shop.ts'

/** A shop whose portal has a login page. */
async function withLogin() {
  const shop = await startShop()
  const configuration = await shop.stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true } },
    login_page: { enabled: true },
  })
  return { ...shop, configuration, url: configuration.login_page.url ?? '' }
}

describe('the login page of the portal', () => {
  test('gives the link that Stripe mails', async () => {
    const { url, sandbox, customerWithCard } = await withLogin()
    await customerWithCard()
    const answer = await postForm(url, { email: 'ada@example.com' })
    const link = /href="(\/p\/session\/[^"]+)"/.exec(answer.markup)?.[1]
    expect((await openPage(`${sandbox.url}${link}`)).text).toContain('ada@example.com')
  })

  test('of two customers with one address means the one with a subscription', async () => {
    const { url, stripe, newEvents, ...shop } = await withLogin()
    const subscribed = await shop.customerWithCard()
    await stripe.subscriptions.create({
      customer: subscribed.id,
      items: [{ price: 'price_demo_team_monthly' }],
    })
    await stripe.customers.create({ email: 'ada@example.com' })
    await newEvents()
    await postForm(url, { email: 'ada@example.com' })
    const [event] = await newEvents()
    expect(event?.data.object).toMatchObject({ object: 'billing_portal.session', customer: subscribed.id })
  })

  test('says when nobody has the address', async () => {
    const { url } = await withLogin()
    const answer = await postForm(url, { email: 'eve@example.com' })
    expect([answer.status, answer.text.includes('No customer has this email address')]).toEqual([404, true])
  })

  test('is gone when it is turned off, and has another address when it is turned on again', async () => {
    const { url, stripe, configuration } = await withLogin()
    const turn = (enabled: boolean) =>
      stripe.billingPortal.configurations.update(configuration.id, { login_page: { enabled } })
    expect((await turn(false)).login_page).toEqual({ enabled: false, url: null })
    expect((await openPage(url)).status).toBe(404)
    const again = await turn(true)
    expect([again.login_page.url === url, (await openPage(again.login_page.url ?? '')).status]).toEqual([
      false,
      200,
    ])
  })
})
