import { createSandbox } from 'stripe-sandbox'
import { expect, onTestFinished, test } from 'vitest'
import { takeComplaints } from '../../../stripe-sandbox/tests/support/conformance.ts'
import { createStripe, type StripeClient } from '../../src/stripe/client.ts'

// The setup of every test file makes these complaints fail the test (vitest.config.ts). Here it is shown that it can.

test.each([
  [
    'an unknown parameter',
    (stripe: StripeClient) => stripe.customers.create({ nickname: 'Ada' } as object),
    'Received unknown parameter: nickname',
  ],
  [
    'a value of the wrong type',
    (stripe: StripeClient) => stripe.customers.list({ limit: 'many' as unknown as number }),
    'Invalid integer: many',
  ],
  [
    'what the local Stripe does not do yet',
    (stripe: StripeClient) => stripe.payouts.list(),
    'GET /v1/payouts is part of Stripe',
  ],
])('a request with %s is a complaint, also where the refusal is swallowed', async (_, ask, complaint) => {
  await ask(await startStripe()).catch(() => null)
  expect(takeComplaints()).toEqual([expect.stringContaining(`refused for its form: ${complaint}`)])
})

test('a refusal for the state of things is none', async () => {
  const stripe = await startStripe()
  await stripe.customers.retrieve('cus_none').catch(() => null)
  const { id } = await stripe.products.create({ name: 'Pack' })
  await stripe.products.create({ id, name: 'Pack' }).catch(() => null)
  expect(takeComplaints()).toEqual([])
})

async function startStripe(): Promise<StripeClient> {
  const sandbox = await createSandbox()
  onTestFinished(() => sandbox.close())
  return createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url, maxNetworkRetries: 0 })
}
