import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { cards, openPage, postForm, textOfId, typedCard } from '../support/pages.ts'
import { start } from '../support/start.ts'

const shop = {
  success_url: 'http://shop.test/thanks?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'http://shop.test/pricing',
}

/** A Checkout session for something new, and the sandbox that shows it. */
async function checkout(
  price: Omit<Stripe.PriceCreateParams, 'product' | 'product_data'>,
  session: Partial<Stripe.Checkout.SessionCreateParams> = {},
) {
  const { sandbox, stripe } = await start()
  const { id } = await stripe.prices.create({ ...price, product_data: { name: 'Team' } })
  const { url, id: sessionId } = await stripe.checkout.sessions.create({
    mode: price.recurring ? 'subscription' : 'payment',
    line_items: [{ price: id, quantity: 1 }],
    ...shop,
    ...session,
  })
  return { sandbox, stripe, sessionId, url: url ?? '' }
}

const monthly = { unit_amount: 2900, currency: 'usd', recurring: { interval: 'month' } } as const
const once = { unit_amount: 1900, currency: 'usd' } as const
const guest = { email: 'ada@example.com', ...typedCard() }

describe('the Checkout page', () => {
  test('shows a plan with its price, its interval and the total', async () => {
    const { url } = await checkout(monthly)
    const { text } = await openPage(url)
    expect(text).toContain('Subscribe to Team $29.00 per month')
    expect(text).toContain('Billed monthly $29.00 Subtotal $29.00 Total due today $29.00')
  })

  test.each([
    ['Pay $19.00', once],
    ['Pay ¥500', { unit_amount: 500, currency: 'jpy' }],
    ['Pay KWD\u00a01.500', { unit_amount: 1500, currency: 'kwd' }],
    ['Subscribe', monthly],
  ])('has a button that says "%s"', async (label, price) => {
    const { url } = await checkout(price)
    expect((await openPage(url)).markup).toContain(`<span>${label}</span></button>`)
  })

  test('saves a card in setup mode', async () => {
    const { sandbox, stripe } = await start()
    const customer = await stripe.customers.create({ email: 'ada@example.com' })
    const { url } = await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      ...shop,
    })
    expect((await openPage(url ?? '')).text).toContain('Save card')
    await postForm(url ?? '', typedCard())
    expect(sandbox.context.store.count('payment_method')).toBe(1)
  })

  test('says what a trial costs later', async () => {
    const { url } = await checkout(monthly, { subscription_data: { trial_period_days: 14 } })
    expect((await openPage(url)).text).toContain('Try Team 14 days free Then $29.00 per month')
  })

  test('fixes the e-mail of a known customer', async () => {
    const { sandbox, stripe } = await start()
    const customer = await stripe.customers.create({ email: 'known@example.com' })
    const price = await stripe.prices.create({ ...once, product_data: { name: 'Team' } })
    const { url } = await stripe.checkout.sessions.create({
      mode: 'payment',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      ...shop,
    })
    const { markup } = await openPage(url ?? '')
    expect(markup).toContain('<dd>known@example.com</dd>')
    expect(markup).not.toContain('name="email"')
    await postForm(url ?? '', { ...guest, email: 'other@example.com' })
    const [charge] = sandbox.context.store.all('charge')
    expect(charge?.billing_details.email).toBe('known@example.com')
  })

  test('leads back to the cancel_url', async () => {
    const { url } = await checkout(once)
    expect((await openPage(url)).markup).toContain('href="http://shop.test/pricing"')
  })

  test('shows a product name as text, whatever is in it', async () => {
    const { stripe } = await start()
    const name = '<img src=x onerror=alert(1)> & "Sons"'
    const price = await stripe.prices.create({ ...once, product_data: { name } })
    const { url } = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 1 }],
      ...shop,
    })
    const page = await openPage(url ?? '')
    expect(page.markup).not.toContain('<img')
    expect(page.text).toContain(name)
  })
})

describe('paying', () => {
  test('goes on to the success_url with the id of the session', async () => {
    const { url, sessionId } = await checkout(once)
    const answer = await postForm(url, guest)
    expect([answer.status, answer.location]).toEqual([303, `http://shop.test/thanks?session=${sessionId}`])
  })

  test('completes the session', async () => {
    const { url, sessionId, stripe } = await checkout(monthly)
    await postForm(url, guest)
    const session = await stripe.checkout.sessions.retrieve(sessionId)
    expect([session.status, session.payment_status]).toEqual(['complete', 'paid'])
  })

  test('charges once, also when the form is sent twice at the same moment', async () => {
    const { url, sandbox } = await checkout(once)
    await Promise.all([postForm(url, guest), postForm(url, guest)])
    expect(sandbox.context.store.count('charge')).toBe(1)
  })

  test('shows a decline in the words of Stripe at the card number', async () => {
    const { url } = await checkout(once)
    const answer = await postForm(url, { ...guest, ...typedCard(cards.declines) })
    expect(answer.status).toBe(402)
    expect(textOfId(answer, 'field-number-error')).toBe('Your card was declined.')
  })

  test('keeps the e-mail and forgets the card after a decline', async () => {
    const { url } = await checkout(once)
    const { markup } = await postForm(url, { ...guest, ...typedCard(cards.declines) })
    expect(markup).toMatch(/name="email"[^>]*value="ada@example.com"/)
    expect(markup).toMatch(/name="number"[^>]*value=""/)
    expect(markup).toMatch(/name="cvc"[^>]*value=""/)
  })

  test('can be tried again after a decline', async () => {
    const { url } = await checkout(once)
    await postForm(url, { ...guest, ...typedCard(cards.declines) })
    expect((await postForm(url, guest)).location).toContain('http://shop.test/thanks')
  })

  test('puts a wrong security code at its own field', async () => {
    const { url } = await checkout(once)
    const answer = await postForm(url, { ...guest, ...typedCard('4000 0000 0000 0127') })
    expect(textOfId(answer, 'field-cvc-error')).toBe("Your card's security code is incorrect.")
  })

  test('names every incomplete field and leads to the first', async () => {
    const { url, sandbox } = await checkout(once)
    const answer = await postForm(url, { email: 'ada', number: '4242', expiry: '01/20', cvc: '' })
    expect(answer.status).toBe(400)
    expect(
      ['email', 'number', 'expiry', 'cvc', 'name'].map((field) => textOfId(answer, `field-${field}-error`)),
    ).toEqual([
      'Your email is incomplete.',
      'Your card number is incomplete.',
      "Your card's expiration date is in the past.",
      "Your card's security code is incomplete.",
      'The name on the card is missing.',
    ])
    expect(answer.markup).toMatch(/name="email"[^>]* autofocus/)
    expect(sandbox.context.store.count('charge')).toBe(0)
  })

  test('says at the card that a scene is not played here', async () => {
    const { url, sandbox } = await checkout(once)
    const answer = await postForm(url, { ...guest, ...typedCard('4000 0084 0000 0779') })
    expect(textOfId(answer, 'field-number-error')).toContain('this sandbox does not do it yet')
    expect(sandbox.context.store.count('payment_intent')).toBe(0)
  })

  test('never redirects to an address that is not http', async () => {
    const { url, sandbox, sessionId } = await checkout(once)
    const { store } = sandbox.context
    const session = store.get('checkout.session', sessionId)
    store.transaction(
      () => session && store.put('checkout.session', { ...session, success_url: 'javascript:alert(1)' }),
    )
    const answer = await postForm(url, guest)
    expect([answer.location, answer.text.includes('You have paid')]).toEqual([null, true])
  })
})

describe('a session that is over', () => {
  test('says that it was paid, and leads on', async () => {
    const { url, sessionId } = await checkout(once)
    await postForm(url, guest)
    const page = await openPage(url)
    expect(page.text).toContain('You have paid')
    expect(page.markup).toContain(`href="http://shop.test/thanks?session=${sessionId}"`)
  })

  test('says that it expired, and takes no payment', async () => {
    const { url, sessionId, stripe, sandbox } = await checkout(once)
    await stripe.checkout.sessions.expire(sessionId)
    const answer = await postForm(url, guest)
    expect([answer.status, answer.text.includes('This Checkout has expired')]).toEqual([410, true])
    expect(sandbox.context.store.count('charge')).toBe(0)
  })

  test('is not found when it never was', async () => {
    const { sandbox } = await start()
    const page = await openPage(`${sandbox.url}/c/pay/cs_test_nobody`)
    expect([page.status, page.text.includes('No such Checkout')]).toEqual([404, true])
  })
})

describe('a card that asks for authentication', () => {
  async function challenge() {
    const started = await checkout(once)
    const { location } = await postForm(started.url, { ...guest, ...typedCard(cards.authenticates) })
    return { ...started, challengeUrl: `${started.sandbox.url}${location}` }
  }

  test('leads to a page of its own that shows amount and card', async () => {
    const { challengeUrl } = await challenge()
    const { text } = await openPage(challengeUrl)
    expect(text).toContain('Amount $19.00 Card Visa ending in 3220')
  })

  test('pays when the holder completes it', async () => {
    const { challengeUrl, sessionId } = await challenge()
    const answer = await postForm(challengeUrl, { answer: 'succeed' })
    expect(answer.location).toBe(`http://shop.test/thanks?session=${sessionId}`)
  })

  test('comes back to the form with the reason when it fails', async () => {
    const { challengeUrl, url } = await challenge()
    const { location } = await postForm(challengeUrl, { answer: 'fail' })
    expect(location?.startsWith(url)).toBe(true)
    const page = await openPage(location ?? '')
    expect(page.text).toContain('We are unable to authenticate your payment method.')
    expect(page.markup).toMatch(/name="email"[^>]*value="ada@example.com"/)
  })

  test('is answered once', async () => {
    const { challengeUrl, sandbox } = await challenge()
    await postForm(challengeUrl, { answer: 'succeed' })
    const again = await postForm(challengeUrl, { answer: 'succeed' })
    expect([again.status, sandbox.context.store.count('charge')]).toEqual([410, 1])
  })
})
