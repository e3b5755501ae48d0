import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noBrowser, sharedBrowser } from '../support/browser.ts'
import { cards } from '../support/pages.ts'
import { start } from '../support/start.ts'

if (noBrowser) console.warn(`The sandbox's pages are not tried in a browser: ${noBrowser}.`)

describe.skipIf(noBrowser !== undefined)('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await sharedBrowser()
  })

  /** A Checkout open in a page of its own; its success_url is the sandbox's front page. Faults of the page fail the test. */
  async function checkout(
    options: { javaScriptEnabled?: boolean; viewport?: { width: number; height: number } } = {},
  ) {
    const { sandbox, stripe } = await start()
    const price = await stripe.prices.create({
      unit_amount: 2900,
      currency: 'usd',
      recurring: { interval: 'month' },
      product_data: { name: 'Team' },
    })
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: price.id, quantity: 1 }],
      // Another origin than the page's: browsers check it against the page's policy.
      success_url: `${sandbox.url.replace('127.0.0.1', 'localhost')}/?paid={CHECKOUT_SESSION_ID}`,
    })
    const page = await browser.newPage(options)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      // The answer to a declined card is a 402, which Chromium notes as an error.
      if (message.type() === 'error' && !message.text().includes('402')) faults.push(message.text())
    })
    onTestFinished(async () => {
      await page.close()
      expect(faults).toEqual([])
    })
    await page.goto(session.url ?? '')
    return { page, sandbox, stripe, sessionId: session.id }
  }

  const useCard = (page: Page, number: string) =>
    page.getByRole('button', { name: `Use card ${number}` }).click()
  const pay = (page: Page) => page.getByRole('button', { name: 'Subscribe' }).click()

  test('a test card is filled in with one click and pays', async () => {
    const { page, sessionId } = await checkout()
    await page.getByLabel('Email').fill('ada@example.com')
    await useCard(page, cards.pays)
    await pay(page)
    await page.waitForURL(`**/?paid=${sessionId}`)
  })

  test('without scripts the form can be typed and pays', async () => {
    const { page, sessionId } = await checkout({ javaScriptEnabled: false })
    await page.getByLabel('Email').fill('ada@example.com')
    await page.getByLabel('Card number').fill(cards.pays)
    await page.getByLabel('Expiration date').fill('12 / 34')
    await page.getByLabel('Security code').fill('123')
    await page.getByLabel('Name on card').fill('Ada')
    await pay(page)
    await page.waitForURL(`**/?paid=${sessionId}`)
  })

  test('an incomplete form is not sent, says what is missing and leads to the first field', async () => {
    const { page, sandbox } = await checkout()
    await page.getByLabel('Card number').pressSequentially('4242424242424242')
    await pay(page)
    expect(await page.locator('[aria-invalid=true]').count()).toBe(4)
    expect(await page.locator(':focus').getAttribute('id')).toBe('field-email')
    expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242')
    expect(sandbox.context.store.count('payment_method')).toBe(0)
  })

  test('a declined card is said at its field, which has the focus', async () => {
    const { page } = await checkout()
    await page.getByLabel('Email').fill('ada@example.com')
    await useCard(page, cards.declines)
    await pay(page)
    await page.getByText('Your card was declined.').waitFor()
    expect(await page.locator(':focus').getAttribute('id')).toBe('field-number')
    expect(await page.getByLabel('Email').inputValue()).toBe('ada@example.com')
  })

  test('two clicks on the button pay once', async () => {
    const { page, sandbox, sessionId } = await checkout()
    await page.getByLabel('Email').fill('ada@example.com')
    await useCard(page, cards.pays)
    await page.getByRole('button', { name: 'Subscribe' }).dblclick()
    await page.waitForURL(`**/?paid=${sessionId}`)
    expect(sandbox.context.store.count('charge')).toBe(1)
  })

  test('authentication fails, then another try completes it', async () => {
    const { page, sessionId } = await checkout()
    await page.getByLabel('Email').fill('ada@example.com')
    await useCard(page, cards.authenticates)
    await pay(page)
    await page.getByRole('button', { name: 'Fail authentication' }).click()
    await page.getByText('We are unable to authenticate your payment method.').waitFor()
    await useCard(page, cards.authenticates)
    await pay(page)
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await page.waitForURL(`**/?paid=${sessionId}`)
  })

  test('the page fits a phone', async () => {
    const { page } = await checkout({ viewport: { width: 320, height: 640 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  })
})
