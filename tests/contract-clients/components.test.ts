import { afterEach, describe, expect, test, vi } from 'vitest'
import { useLaptop } from '../support/laptop.ts'
import { payInSandbox } from '../support/pay-in-sandbox.ts'
import { contractCode } from './contract-code.ts'
import { openTab, type Tab } from './page.ts'
import { type Rendered, renderComponent } from './render-component.ts'

const PRICE = 'price_demo_team_monthly'

/** For an answer of the other process, which may be slow; `vi.waitFor` has a second. */
const SOON_MS = 15_000
vi.setConfig({ testTimeout: 60_000 })

const laptop = useLaptop()
const opened: { tab: Tab; rendered: Rendered }[] = []
afterEach(async () => {
  for (const { tab, rendered } of opened.splice(0)) {
    rendered.unmount()
    await tab.close()
  }
})

async function render(accessToken: string, code: string, name: string, props: Record<string, unknown> = {}) {
  const tab = openTab(laptop.url, accessToken)
  const rendered = await renderComponent(tab, code, name, props)
  opened.push({ tab, rendered })
  return { ...rendered, sentTo: tab.sentTo }
}

function renderButton(accessToken: string) {
  return render(accessToken, contractCode.checkoutButton, 'CheckoutButton', { priceId: PRICE })
}

function renderManager(accessToken: string) {
  return render(accessToken, contractCode.subscriptionManagerComponent, 'SubscriptionManager')
}

async function subscribe(accessToken: string): Promise<void> {
  const button = await renderButton(accessToken)
  await vi.waitFor(() => button.click('Subscribe Now'), SOON_MS)
  await expect.poll(button.sentTo).not.toBeNull()
  await payInSandbox(button.sentTo() ?? '')
  await vi.waitFor(
    async () => {
      const manager = await renderManager(accessToken)
      await expect.poll(manager.text).toMatch(/Status|No active subscription/)
      expect(manager.text()).toContain('Status: active')
    },
    { timeout: SOON_MS, interval: 250 },
  )
}

describe("the contract's CheckoutButton", () => {
  test('sends the browser to Checkout when it is clicked', async () => {
    const button = await renderButton(await laptop.logIn('button@example.com'))
    await vi.waitFor(() => button.click('Subscribe Now'), SOON_MS)
    await expect.poll(button.sentTo).toMatch(`${laptop.sandboxUrl}/c/pay/cs_`)
  })

  test('says that it is at work until then', async () => {
    const button = await renderButton(await laptop.logIn('button@example.com'))
    await vi.waitFor(() => button.click('Subscribe Now'), SOON_MS)
    await expect.poll(button.text, { interval: 1 }).toBe('Processing...')
    await expect.poll(button.sentTo).not.toBeNull()
  })
})

describe("the contract's SubscriptionManager component", () => {
  test('shows that there is no subscription', async () => {
    const manager = await renderManager(await laptop.logIn('nobody@example.com'))
    await expect.poll(manager.text).toContain('No active subscription')
  })

  test('leads to the plans from there', async () => {
    const manager = await renderManager(await laptop.logIn('nobody@example.com'))
    await vi.waitFor(() => manager.click('View Plans'), SOON_MS)
    expect(manager.sentTo()).toBe(`${laptop.url}/pricing`)
  })

  test('shows the subscription that was bought with the button', async () => {
    const token = await laptop.logIn('buyer@example.com')
    await subscribe(token)
    const manager = await renderManager(token)
    await expect
      .poll(manager.text)
      .toMatch(/Plan: .*Team.*Status: active.*Next billing: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/)
  })

  test('cancels it, and shows it active until its end', async () => {
    const token = await laptop.logIn('leaver@example.com')
    await subscribe(token)
    const manager = await renderManager(token)
    await vi.waitFor(() => manager.click('Cancel Subscription'), SOON_MS)
    await expect.poll(() => isEnding(token)).toBe(true)
    expect(manager.text()).toContain('Status: active')
  })

  test('leads to the billing portal', async () => {
    const token = await laptop.logIn('customer@example.com')
    await subscribe(token)
    const manager = await renderManager(token)
    await vi.waitFor(() => manager.click('Manage Billing'), SOON_MS)
    await expect.poll(manager.sentTo).toMatch(`${laptop.sandboxUrl}/p/session/`)
  })
})

async function isEnding(accessToken: string): Promise<boolean> {
  const response = await fetch(`${laptop.url}/payments/get-user-subscription`, {
    headers: { Authorization: `Bearer ${accessToken}` },
  })
  const answer = (await response.json()) as { subscription: { cancel_at_period_end: boolean } }
  return answer.subscription.cancel_at_period_end
}
