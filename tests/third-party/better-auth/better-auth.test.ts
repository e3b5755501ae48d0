import { expect, test, vi } from 'vitest'
import { hiddenFields, openPage, postForm } from '../../../packages/stripe-sandbox/tests/support/pages.ts'
import { payInSandbox } from '../../support/pay-in-sandbox.ts'
import { type Person, useBetterAuthApp } from './better-auth.ts'

/** better-auth's Stripe plugin, as npm has it, with its own older SDK. */
const app = useBetterAuthApp()

async function subscribe(person: Person, plan: string): Promise<void> {
  const { url } = await person.call('/subscription/upgrade', { plan, successUrl: '/', cancelUrl: '/' })
  await payInSandbox(String(url))
  await eventually(person, [{ plan, status: 'active' }])
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

test('an upgrade is confirmed in the portal', async () => {
  const person = await app.signUp('cem@example.com')
  await subscribe(person, 'starter')
  const body = { plan: 'team', successUrl: '/', cancelUrl: '/', returnUrl: '/account' }
  const { url } = await person.call('/subscription/upgrade', body)
  const { page, at } = await open(String(url))
  await postForm(at, hiddenFields(page))
  await eventually(person, [{ plan: 'team', status: 'active', priceId: 'price_demo_team_monthly' }])
})

test('an upgrade that waits for the end of the period is a schedule', async () => {
  const person = await app.signUp('dora@example.com')
  await subscribe(person, 'starter')
  const body = { plan: 'team', successUrl: '/', cancelUrl: '/', returnUrl: '/', scheduleAtPeriodEnd: true }
  await person.call('/subscription/upgrade', body)
  await eventually(person, [{ plan: 'starter', stripeScheduleId: expect.stringMatching(/^sub_sched_/) }])
  await app.sandbox.advance({ days: 32 })
  await eventually(person, [{ plan: 'team', status: 'active' }])
})

test('a subscription that is canceled in the portal can be restored', async () => {
  const person = await app.signUp('ed@example.com')
  await subscribe(person, 'starter')
  await cancelInPortal(person)
  await person.call('/subscription/restore', {})
  await eventually(person, [{ status: 'active', cancelAtPeriodEnd: false, cancelAt: null }])
})

test('a subscription that was canceled ends with its period', async () => {
  const person = await app.signUp('flo@example.com')
  await subscribe(person, 'starter')
  await cancelInPortal(person)
  await app.sandbox.advance({ days: 32 })
  // It lists what is active.
  await eventually(person, [])
})

async function cancelInPortal(person: Person): Promise<void> {
  const { url } = await person.call('/subscription/cancel', { returnUrl: '/account' })
  const { page, at } = await open(String(url))
  await postForm(at, hiddenFields(page))
  await eventually(person, [{ status: 'active', cancelAt: expect.any(String) }])
}

/** Follows a link for one flow to its page. */
async function open(url: string) {
  const { location } = await openPage(url)
  const at = new URL(location ?? '', url).href
  return { page: await openPage(at), at: at.split('?')[0] ?? at }
}

async function eventually(person: Person, expected: object[]): Promise<void> {
  await vi.waitFor(async () => expect(await person.subscriptions()).toMatchObject(expected), 15_000)
}
