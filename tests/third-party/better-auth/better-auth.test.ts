import { expect, test, vi } from 'vitest'
import { payInSandbox } from '../../support/pay-in-sandbox.ts'
import { type Person, useBetterAuthApp } from './better-auth.ts'

/** better-auth's Stripe plugin, as npm has it, with its own older SDK. */
const app = useBetterAuthApp()

async function subscribe(person: Person, plan: string): Promise<void> {
  const { url } = await person.call('/subscription/upgrade', { plan, successUrl: '/', cancelUrl: '/' })
  await payInSandbox(String(url))
  await vi.waitFor(
    async () => expect(await person.subscriptions()).toMatchObject([{ plan, status: 'active' }]),
    15_000,
  )
}

test('signing up makes a customer', async () => {
  await app.signUp('ada@example.com')
  const { data } = await app.stripe.customers.list({ email: 'ada@example.com' })
  expect(data).toMatchObject([{ name: 'Ada' }])
})

test('a plan that is bought is active once the webhook came', async () => {
  const person = await app.signUp('ben@example.com')
  await subscribe(person, 'starter')
  expect(await person.subscriptions()).toMatchObject([{ priceId: 'price_demo_starter_monthly' }])
})
