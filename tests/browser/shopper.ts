import type { Page } from 'playwright-core'
import type { useBrowser } from '../support/browser.ts'
import type { Laptop } from '../support/laptop.ts'

/** What a person does in the shop, and in the sandbox's pages that it sends them to. */
export interface Shopper {
  page: Page
  complaints: string[]
  choosePlan(name: string, interval: 'month' | 'year'): Promise<void>
  buyProduct(name: string): Promise<void>
  /** On hosted Checkout. */
  pay(cardNumber: string): Promise<void>
  /** Chooses a plan, pays it with 4242 and waits for the success page. */
  subscribe(): Promise<void>
}

/** Somebody in a browser of their own, logged in already. */
export async function openShopper(
  browser: ReturnType<typeof useBrowser>,
  laptop: Laptop,
  email: string,
): Promise<Shopper> {
  const localStorage = [
    { name: 'access_token', value: await laptop.logIn(email) },
    { name: 'demo_email', value: email },
  ]
  const storageState = { cookies: [], origins: [{ origin: laptop.url, localStorage }] }
  const { page, complaints } = await browser.open({ storageState })
  const shopper: Shopper = {
    page,
    complaints,
    async choosePlan(name, interval) {
      await page.goto(laptop.url)
      await page.getByRole('button', { name: `Choose ${name}, billed every ${interval}` }).click()
      await page.waitForURL('**/c/pay/**')
    },
    async buyProduct(name) {
      await page.goto(laptop.url)
      await page.getByRole('button', { name: `Buy ${name}` }).click()
      await page.waitForURL('**/c/pay/**')
    },
    async pay(cardNumber) {
      await page.locator('[name=number]').fill(cardNumber)
      await page.locator('[name=expiry]').fill('12 / 40')
      await page.locator('[name=cvc]').fill('123')
      await page.locator('[name=name]').fill('Ada Lovelace')
      await page.locator('button.pay').click()
    },
    async subscribe() {
      await shopper.choosePlan('Larkspur Team', 'month')
      await shopper.pay('4242424242424242')
      await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    },
  }
  return shopper
}
