import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noBrowser, sharedBrowser } from '../support/browser.ts'
import { withCustomer } from '../support/drafts.ts'
import { cards } from '../support/pages.ts'

if (noBrowser) console.warn(`The pages of invoices are not tried in a browser: ${noBrowser}.`)

describe.skipIf(noBrowser !== undefined)('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await sharedBrowser()
  })

  /** The page of an open invoice with all that it can have. */
  async function openInvoice(options: Parameters<Browser['newPage']>[0] = {}) {
    const { stripe, customer } = await withCustomer()
    const { id } = await stripe.invoices.create({
      customer,
      collection_method: 'send_invoice',
      days_until_due: 7,
      description: 'Thank you',
      footer: 'https://shop.example/a-very-long-address-that-nobody-would-ever-type-on-a-telephone',
      custom_fields: [{ name: 'A name of forty letters, as long as it', value: 'x'.repeat(140) }],
    })
    const item = { customer, invoice: id, description: 'Migration of the catalogue from the old shop' }
    await stripe.invoiceItems.create({ ...item, amount: 99_999_900 })
    const { hosted_invoice_url: url } = await stripe.invoices.finalizeInvoice(id)
    await stripe.creditNotes.create({ invoice: id, amount: 100 })
    const page = await browser.newPage(options)
    onTestFinished(() => page.close())
    await page.goto(url ?? '')
    return { page, stripe, id, url: url ?? '' }
  }

  const typeCard = async (page: Page, number: string): Promise<void> => {
    await page.getByLabel('Card number').fill(number)
    await page.getByLabel('Expiration date').fill('12 / 34')
    await page.getByLabel('Security code').fill('123')
    await page.getByLabel('Name on card').fill('Ada')
  }

  test('it is paid without scripts, from the keyboard', async () => {
    const { page, stripe, id } = await openInvoice({ javaScriptEnabled: false })
    await typeCard(page, cards.pays)
    await page.keyboard.press('Enter')
    await page.getByText('Paid on').waitFor()
    expect((await stripe.invoices.retrieve(id)).status).toBe('paid')
  })

  test('a declined card is said at its field, an authentication can fail and be tried again', async () => {
    const { page } = await openInvoice()
    const pay = () => page.getByRole('button', { name: /^Pay/ }).click()
    await typeCard(page, cards.declines)
    await pay()
    await page.getByText('Your card was declined.').waitFor()
    await typeCard(page, cards.authenticates)
    await pay()
    await page.getByRole('button', { name: 'Fail authentication' }).click()
    await page.getByText('We are unable to authenticate').waitFor()
    await typeCard(page, cards.authenticates)
    await pay()
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await page.getByText('Paid on').waitFor()
  })

  test('it and its receipt fit a phone', async () => {
    const { page } = await openInvoice({ viewport: { width: 320, height: 640 } })
    const width = () => page.evaluate('document.documentElement.scrollWidth')
    expect(await width()).toBe(320)
    await typeCard(page, cards.pays)
    await page.keyboard.press('Enter')
    await page.getByText('Paid on').waitFor()
    expect(await width()).toBe(320)
    await page.getByRole('link', { name: 'View receipt' }).click()
    await page.getByText('Amount paid').waitFor()
    expect(await width()).toBe(320)
  })

  test('on paper it is dark on white, also where the screen is dark', async () => {
    const { page } = await openInvoice({ colorScheme: 'dark' })
    const ink = () => page.evaluate('getComputedStyle(document.querySelector("h1")).color')
    const onScreen = await ink()
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await ink()).not.toBe(onScreen)
    expect(await page.getByRole('button', { name: /^Pay/ }).isVisible()).toBe(false)
  })
})
