import { describe, expect, test, vi } from 'vitest'
import { hasBrowser, useBrowser } from '../support/browser.ts'
import { type Laptop, useLaptop } from '../support/laptop.ts'
import { openShopper } from './shopper.ts'

// A purchase takes several seconds on an idle machine.
vi.setConfig({ testTimeout: 90_000 })

describe.skipIf(!hasBrowser)('buying in a browser', () => {
  const laptop = useLaptop()
  const browser = useBrowser()

  const shopper = (email: string) => openShopper(browser, laptop, email)

  test('a plan that is paid with 4242 is shown on the success page and active in the account', async () => {
    const { page, subscribe, complaints } = await shopper('plan@example.com')
    await subscribe()
    await expect.poll(() => page.getByRole('main').textContent()).toMatch(/Team.*\$29\.00 per month/)
    await page.getByRole('link', { name: 'Go to your account' }).click()
    await page.getByText('Active', { exact: true }).waitFor()
    await expect.poll(() => page.getByRole('table').textContent()).toContain('$29.00')
    expect(complaints).toEqual([])
  })

  test('the plan that one has is marked, and no second one can be bought', async () => {
    const { page, subscribe } = await shopper('marked@example.com')
    await subscribe()
    await page.goto(laptop.url)
    await page.getByText('Your plan', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: /^Choose/ }).count()).toBe(0)
  })

  test('two people do not see each other’s subscription', async () => {
    const first = await shopper('first@example.com')
    await first.subscribe()
    const second = await shopper('second@example.com')
    await second.page.goto(`${laptop.url}/account`)
    await second.page.getByText('You have no subscription.').waitFor()
  })

  test('a product can be bought twice', async () => {
    const { page, buyProduct, pay } = await shopper('twice@example.com')
    for (let purchase = 1; purchase <= 2; purchase++) {
      await buyProduct('Template pack')
      await pay('4242 4242 4242 4242')
      await page.getByRole('heading', { name: 'Thank you' }).waitFor()
      await expect.poll(() => page.getByRole('main').textContent()).toMatch(/Template pack\$19\.00/)
    }
    await page.goto(`${laptop.url}/account`)
    await expect.poll(() => page.getByRole('link', { name: /^Receipt/ }).count()).toBe(2)
  })

  test('a double click on Buy opens one Checkout', async () => {
    const { page } = await shopper('double@example.com')
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('create-checkout-session')) asked.push(request.url())
    })
    await page.goto(laptop.url)
    await page.getByRole('button', { name: 'Buy Template pack' }).dblclick()
    await page.waitForURL('**/c/pay/**')
    expect(asked).toHaveLength(1)
  })

  test('a subscription can be canceled, and undone in the portal', async () => {
    const { page, subscribe } = await shopper('leaver@example.com')
    await subscribe()
    await page.goto(`${laptop.url}/account`)
    await page.getByRole('button', { name: 'Cancel subscription' }).click()
    await page.getByRole('button', { name: 'Yes, cancel it' }).click()
    await page.getByText('Ending', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Manage billing' }).click()
    await page.waitForURL('**/p/session/**')
    await page.getByRole('button', { name: "Don't cancel plan" }).click()
    // Left before, the page might not have asked for it yet.
    await page.getByRole('link', { name: 'Cancel plan' }).waitFor()
    await page.getByRole('link', { name: /return to|back to/i }).click()
    await page.waitForURL(`${laptop.url}/**`)
    // It looks again for five seconds. Where the webhook takes longer, a person loads it again.
    const isActive = async () => {
      await page.goto(`${laptop.url}/account`)
      const badge = page.getByText('Active', { exact: true })
      return await badge.waitFor({ timeout: 7_000 }).then(
        () => true,
        () => false,
      )
    }
    await expect.poll(isActive, { timeout: 40_000 }).toBe(true)
    await page.getByRole('button', { name: 'Cancel subscription' }).waitFor()
  })

  test('a declined card is refused with Stripe’s words, and another card pays the same Checkout', async () => {
    const { page, choosePlan, pay } = await shopper('declined@example.com')
    await choosePlan('Larkspur Starter', 'month')
    await pay('4000 0000 0000 0002')
    await page.getByText('Your card was declined.').waitFor()
    await pay('4242 4242 4242 4242')
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  })

  test('a card that asks for authentication pays after it', async () => {
    const { page, choosePlan, pay } = await shopper('authentication@example.com')
    await choosePlan('Larkspur Team', 'year')
    await pay('4000 0000 0000 3220')
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await expect.poll(() => page.getByRole('main').textContent()).toContain('$290.00 per year')
  })

  test('a plan for three months is sold, confirmed and shown as one for three months', async () => {
    await sellTeamByTheQuarter(laptop)
    const { page, pay } = await shopper('quarterly@example.com')
    const shown = () => page.getByRole('main').textContent()
    await page.goto(laptop.url)
    await page.getByText('$75 every 3 months').waitFor()
    await page.getByText('Billed every 3 months: $25.00 a month').waitFor()
    await page.getByRole('button', { name: 'Choose Larkspur Team, billed every 3 months' }).click()
    await pay('4242 4242 4242 4242')
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await expect.poll(shown).toContain('$75.00 every 3 months')
    await page.getByRole('link', { name: 'Go to your account' }).click()
    await expect.poll(shown).toContain('Price$75.00 every 3 months')
  })

  test('turning back from Checkout leads to the plans, with nothing bought', async () => {
    const { page, choosePlan } = await shopper('back@example.com')
    await choosePlan('Larkspur Team', 'month')
    await page.getByRole('link', { name: /^(← )?Back/ }).click()
    await page.getByRole('button', { name: 'Choose Larkspur Team, billed every month' }).waitFor()
  })
})

/** At the sandbox, as in Stripe's dashboard; then the service hears of it. */
async function sellTeamByTheQuarter({ url, sandboxUrl }: Laptop): Promise<void> {
  const response = await fetch(`${sandboxUrl}/v1/prices`, {
    method: 'POST',
    headers: { Authorization: 'Bearer sk_test_sandbox' },
    body: new URLSearchParams({
      ...{ product: 'prod_demo_team', unit_amount: '7500', currency: 'usd' },
      ...{ 'recurring[interval]': 'month', 'recurring[interval_count]': '3' },
    }),
  })
  expect(response.status).toBe(200)
  const plans = async () => await (await fetch(`${url}/payments/get-plans`)).text()
  await expect.poll(plans).toContain('"interval_count":3')
}
