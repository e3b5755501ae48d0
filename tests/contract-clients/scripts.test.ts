import { afterEach, describe, expect, test } from 'vitest'
import { useLaptop } from '../support/laptop.ts'
import { payInSandbox } from '../support/pay-in-sandbox.ts'
import { contractCode } from './contract-code.ts'
import { openTab, runInTab, type Tab } from './page.ts'

const PRICE = 'price_demo_team_monthly'

const laptop = useLaptop()
const tabs: Tab[] = []
afterEach(() => Promise.all(tabs.splice(0).map((tab) => tab.close())))

/** The contract's class: these are its methods. */
interface SubscriptionManager {
  getSubscription(): Promise<unknown>
  cancelSubscription(): Promise<unknown>
  openBillingPortal(): Promise<void>
}

function openTabAs(accessToken: string): Tab {
  const tab = openTab(laptop.url, accessToken)
  tabs.push(tab)
  return tab
}

/** The contract's function, in a tab of its own. */
function checkoutFunction(accessToken: string) {
  const tab = openTabAs(accessToken)
  const code = contractCode.createSubscriptionCheckout
  // A boundary: the text of the contract says what it is.
  const call = runInTab(tab, code, 'createSubscriptionCheckout') as (priceId: string) => Promise<void>
  return { call, sentTo: tab.sentTo }
}

function managerOf(accessToken: string): { manager: SubscriptionManager; sentTo: Tab['sentTo'] } {
  const tab = openTabAs(accessToken)
  const code = contractCode.subscriptionManagerClass
  // A boundary: the text of the contract says what it is.
  const Manager = runInTab(tab, code, 'SubscriptionManager') as new (token: string) => SubscriptionManager
  return { manager: new Manager(accessToken), sentTo: tab.sentTo }
}

async function subscribe(accessToken: string): Promise<void> {
  const checkout = checkoutFunction(accessToken)
  await checkout.call(PRICE)
  await payInSandbox(checkout.sentTo() ?? '')
  const { manager } = managerOf(accessToken)
  // 300 times a minute at most.
  await expect
    .poll(() => manager.getSubscription(), { interval: 250 })
    .toMatchObject({ subscription: { status: 'active' } })
}

describe("the contract's createSubscriptionCheckout", () => {
  test('sends the browser to Checkout', async () => {
    const checkout = checkoutFunction(await laptop.logIn('function@example.com'))
    await checkout.call(PRICE)
    expect(checkout.sentTo()).toMatch(`${laptop.sandboxUrl}/c/pay/cs_`)
  })

  test('throws what the service says about a price that does not exist', async () => {
    const checkout = checkoutFunction(await laptop.logIn('function@example.com'))
    await expect(checkout.call('price_unknown')).rejects.toThrow('This price is not available.')
  })

  test('throws what the service says about a token that is not valid', async () => {
    await expect(checkoutFunction('no-token').call(PRICE)).rejects.toThrow(/access token/)
  })

  test('throws the reason when the person has a subscription already', async () => {
    const token = await laptop.logIn('subscribed@example.com')
    await subscribe(token)
    await expect(checkoutFunction(token).call(PRICE)).rejects.toThrow(
      'User already has an active subscription. Cancel existing subscription first.',
    )
  })
})

describe("the contract's SubscriptionManager class", () => {
  test('finds no subscription for a new person', async () => {
    const { manager } = managerOf(await laptop.logIn('new@example.com'))
    expect(await manager.getSubscription()).toEqual({ subscription: null, message: 'No active subscription' })
  })

  test('finds the subscription that was bought', async () => {
    const token = await laptop.logIn('buyer@example.com')
    await subscribe(token)
    expect(await managerOf(token).manager.getSubscription()).toMatchObject({
      subscription: {
        status: 'active',
        plan: { id: PRICE, amount: 2900, currency: 'usd', interval: 'month' },
      },
    })
  })

  test('cancels the subscription at the end of its period', async () => {
    const token = await laptop.logIn('leaver@example.com')
    await subscribe(token)
    expect(await managerOf(token).manager.cancelSubscription()).toMatchObject({
      message: 'Subscription canceled successfully',
      subscription: { status: 'active', cancel_at_period_end: true },
    })
  })

  test('sends the browser to the billing portal', async () => {
    const token = await laptop.logIn('customer@example.com')
    await subscribe(token)
    const { manager, sentTo } = managerOf(token)
    await manager.openBillingPortal()
    expect(sentTo()).toMatch(`${laptop.sandboxUrl}/p/session/`)
  })
})
