import type { Browser, BrowserContextOptions } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noBrowser, sharedBrowser } from '../support/browser.ts'
import { startReceiver } from '../support/receiver.ts'
import { start } from '../support/start.ts'

describe.skipIf(noBrowser !== undefined)('the inspector in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await sharedBrowser()
  })

  /** A page of the inspector. What its console or its policy complains about fails the test. */
  async function inspect(path: string, options: BrowserContextOptions = {}) {
    const receiver = await startReceiver()
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url } })
    const customer = await stripe.customers.create({ email: 'ada@example.com' })
    const page = await browser.newPage(options)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    onTestFinished(async () => {
      await page.close()
      expect(faults).toEqual([])
    })
    await page.goto(`${sandbox.url}${path}`)
    return { page, receiver, sandbox, stripe, customer }
  }

  test('what happens is there without a reload, and what has the focus keeps it', async () => {
    const { page, stripe } = await inspect('/inspector/events')
    const row = page.getByRole('link', { name: 'customer.created' })
    await row.focus()
    const focused = await row.getAttribute('id')
    await stripe.products.create({ name: 'Pack' })
    await page.getByRole('link', { name: 'product.created' }).waitFor()
    expect(await page.locator(':focus').getAttribute('id')).toBe(focused)
  })

  test('a paused page stays as it is, and goes on when it is told to', async () => {
    const { page, stripe } = await inspect('/inspector/events')
    await page.clock.install()
    await page.reload()
    await page.getByRole('button', { name: 'Live' }).click()
    await stripe.products.create({ name: 'Pack' })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.clock.runFor(10_000)
    expect([asked, await page.getByText('product.created').count()]).toEqual([[], 0])
    await page.getByRole('button', { name: 'Paused' }).click()
    await page.getByText('product.created').waitFor()
  })

  test('a filter is sent as soon as it is chosen', async () => {
    const { page, stripe } = await inspect('/inspector/events')
    await stripe.products.create({ name: 'Pack' })
    await page.reload()
    await page.getByLabel('Type').selectOption('product.created')
    await page.waitForURL('**/inspector/events?type=product.created')
    expect(await page.locator('.row').count()).toBe(1)
  })

  test('without scripts a filter is a form and a row is a link', async () => {
    const { page, customer } = await inspect('/inspector/objects', { javaScriptEnabled: false })
    await page.getByLabel('Search').fill('ada@')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('link', { name: 'ada@example.com' }).click()
    expect(new URL(page.url()).pathname).toBe(`/inspector/objects/${customer.id}`)
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('ada@example.com')
  })

  test('the arrow keys go through a list, and a slash goes to the search', async () => {
    const { page, stripe } = await inspect('/inspector/objects?type=customer')
    await stripe.customers.create({ email: 'bob@example.com' })
    await page.getByText('bob@example.com').waitFor()
    await page.getByRole('link', { name: 'bob@example.com' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.locator(':focus').textContent()).toContain('ada@example.com')
    await page.keyboard.press('/')
    expect(await page.locator(':focus').getAttribute('name')).toBe('q')
  })

  test('an event is sent again with one click', async () => {
    const { page, receiver } = await inspect('/inspector/events')
    await page.getByRole('link', { name: 'customer.created' }).click()
    await page.getByRole('button', { name: 'Resend now' }).click()
    await page.getByText('The event was sent again.').waitFor()
    await expect.poll(() => receiver.received.length).toBe(2)
  })

  test('every page and what it leads to fit a phone', async () => {
    const { page, sandbox } = await inspect('/', { viewport: { width: 320, height: 640 } })
    for (const path of ['/', '/inspector/objects', '/inspector/events', '/inspector/requests']) {
      await page.goto(`${sandbox.url}${path}`)
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 320])
      await page.locator('.row, .links a').first().click()
      await page.locator('#detail-title').waitFor()
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 320])
    }
  })
})
