import { test } from 'stripe-sandbox/vitest'
import { describe, expect } from 'vitest'

describe('our shop', () => {
  test.override({ sandboxOptions: { seed: 'demo' } })

  test('a paid Checkout starts the subscription', async ({ stripe, webhooks }) => {
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: 'price_demo_team_monthly', quantity: 1 }],
      success_url: 'http://localhost:3000/thanks',
    })
    // What a buyer types into the hosted page.
    const card = { number: '4242424242424242', expiry: '12 / 40', cvc: '123', name: 'Ada Lovelace' }
    const body = new URLSearchParams({ email: 'ada@example.com', ...card })
    await fetch(session.url ?? '', { method: 'POST', body, redirect: 'manual' })

    const event = await webhooks.waitForEvent('customer.subscription.created')
    expect(event.data.object.status).toBe('active')
  })
})
