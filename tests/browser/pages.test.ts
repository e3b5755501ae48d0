import { describe, expect, test, vi } from 'vitest'
import { hasBrowser, useBrowser } from '../support/browser.ts'
import { useLaptop } from '../support/laptop.ts'
import { openShopper } from './shopper.ts'

// Some of them buy something first, which takes several seconds on an idle machine.
vi.setConfig({ testTimeout: 60_000 })

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

describe.skipIf(!hasBrowser)("the shop's pages in a browser", () => {
  const laptop = useLaptop()
  const browser = useBrowser()

  async function visit(path: string, options = {}) {
    const visitor = await browser.open(options)
    await visitor.page.goto(laptop.url + path)
    return visitor
  }

  test('show a visitor the plans with their prices, and give the browser nothing to complain about', async () => {
    const { page, complaints } = await visit('/')
    await expect.poll(() => page.getByRole('main').textContent()).toMatch(/\$29 per month.+\$290 per year/)
    expect(complaints).toEqual([])
  })

  test('ask nothing of any other origin', async () => {
    const { page } = await browser.open()
    const elsewhere: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(laptop.url)) elsewhere.push(request.url())
    })
    await page.goto(laptop.url)
    await page
      .getByRole('button', { name: /^Choose/ })
      .first()
      .waitFor()
    expect(elsewhere).toEqual([])
  })

  test.each([
    ['/', 'Buy once, keep it'],
    ['/login', 'Or as somebody else'],
    ['/success', 'See plans and products'],
    ['/nowhere', 'There is nothing at this address.'],
  ])('fit a phone at %s', async (path, last) => {
    const { page } = await visit(path, PHONE)
    await page.getByText(last).waitFor()
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(overflow)).toBe(0)
  })

  test('lead a visitor who wants to buy to the login, and from there back, logged in', async () => {
    const { page } = await visit('/')
    await page.getByRole('button', { name: 'Choose Larkspur Starter' }).click()
    await page.getByRole('button', { name: 'Grace' }).click()
    await page.getByRole('button', { name: 'Choose Larkspur Starter' }).waitFor()
    await expect.poll(() => page.getByRole('banner').textContent()).toContain('grace@example.com')
  })

  test('log in with any address from the keyboard alone', async () => {
    const { page } = await visit('/login?next=/account')
    await page.getByLabel('Or as somebody else').fill('keyboard@example.com')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
  })

  test('never lead from the login to another site', async () => {
    const { page } = await visit('/login?next=//example.com/')
    await page.getByRole('button', { name: 'Ada' }).click()
    await page.getByRole('link', { name: 'Account' }).waitFor()
    expect(new URL(page.url()).origin).toBe(laptop.url)
  })

  test('go to the login when the session has ended, say so, and come back', async () => {
    const { page } = await openShopper(browser, laptop, 'ended@example.com')
    await page.goto(laptop.url)
    await page.evaluate("localStorage.setItem('access_token', 'expired')")
    await page.goto(`${laptop.url}/account`)
    await page.getByText('Your session has ended.').waitFor()
    await page.getByRole('button', { name: 'Ada' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
  })

  test('show what the API says about a refusal', async () => {
    const { page } = await openShopper(browser, laptop, 'refused@example.com')
    await page.route('**/create-checkout-session', (route) =>
      route.fulfill({
        status: 400,
        json: { detail: 'Not today.', code: 'stripe_refused', request_id: 'req_1' },
      }),
    )
    await page.goto(laptop.url)
    await page.getByRole('button', { name: 'Choose Larkspur Starter' }).click()
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('Not today.')
  })

  test('try the confirmation again by themselves when the service is away for a moment', async () => {
    const { page, buyProduct, pay } = await openShopper(browser, laptop, 'patient@example.com')
    let refusals = 0
    await page.route('**/confirm-checkout-session', (route) => {
      refusals += 1
      return refusals === 1 ? route.fulfill({ status: 503, json: { detail: 'Away.' } }) : route.continue()
    })
    await buyProduct('Template pack')
    await pay('4242 4242 4242 4242')
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  })

  test.each([
    ['Thank you', { status: 'complete', payment_status: 'paid' }],
    ['Your payment is on its way', { status: 'complete', payment_status: 'unpaid' }],
    ['Not paid yet', { status: 'open', payment_status: 'unpaid' }],
    ['This checkout has expired', { status: 'expired', payment_status: 'unpaid' }],
  ])('put the focus on what came of a Checkout, so that it is heard: %s', async (outcome, confirmation) => {
    const { page } = await openShopper(browser, laptop, 'listener@example.com')
    await page.route('**/confirm-checkout-session', (route) => route.fulfill({ json: confirmation }))
    await page.goto(`${laptop.url}/success?session_id=cs_test_1`)
    await page.getByRole('heading', { level: 1, name: outcome }).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe(outcome)
  })

  test('let the same outcome be heard again when one has asked again', async () => {
    const { page } = await openShopper(browser, laptop, 'asks-again@example.com')
    const json = { status: 'complete', payment_status: 'unpaid' }
    await page.route('**/confirm-checkout-session', (route) => route.fulfill({ json }))
    await page.goto(`${laptop.url}/success?session_id=cs_test_1`)
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('H1')
    await page.evaluate(
      "window.heard = []; addEventListener('focusin', (event) => heard.push(event.target.textContent))",
    )
    await page.getByRole('button', { name: 'Check again' }).press('Enter')
    await expect
      .poll(() => page.evaluate('heard'))
      .toEqual(['Check again', 'Confirming your payment', 'Your payment is on its way'])
  })

  test('say that somebody else’s Checkout is not known', async () => {
    const { page } = await openShopper(browser, laptop, 'nosy@example.com')
    await page.goto(`${laptop.url}/success?session_id=cs_test_of_somebody_else`)
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('No such checkout session.')
  })

  test('put the focus on the new page’s heading after a navigation', async () => {
    const { page } = await visit('/login')
    await page.getByRole('link', { name: 'Pricing' }).click()
    await page.getByRole('heading', { level: 1, name: 'Notes that are found again' }).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('H1')
  })

  test('let the keyboard leave the cancel dialog with Escape, back to the button that opened it', async () => {
    const { page, subscribe } = await openShopper(browser, laptop, 'escape@example.com')
    await subscribe()
    await page.goto(`${laptop.url}/account`)
    await page.getByRole('button', { name: 'Cancel subscription' }).press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Cancel subscription')
  })

  test('page the history when it is long', async () => {
    const { page } = await openShopper(browser, laptop, 'history@example.com')
    const row = (id: number) => ({
      ...{ id: `pi_${id}`, type: 'payment', status: 'succeeded', amount: 500, currency: 'jpy' },
      ...{ description: `Purchase ${id}`, created_at: '2026-11-23T10:00:00Z' },
      ...{ receipt_url: null, hosted_invoice_url: null, invoice_pdf: null },
    })
    await page.route('**/payments/transactions?*', (route) => {
      const isSecond = new URL(route.request().url()).searchParams.get('starting_after') === 'pi_1'
      return route.fulfill({ json: { data: [row(isSecond ? 0 : 1)], has_more: !isSecond } })
    })
    await page.goto(`${laptop.url}/account`)
    await page.getByRole('button', { name: 'Show older ones' }).click()
    await expect
      .poll(() => page.getByRole('table').textContent())
      .toMatch(/Purchase 1.*¥500.*Purchase 0.*¥500/)
  })
})
