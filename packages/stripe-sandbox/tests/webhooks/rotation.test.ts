import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { eventually } from '../support/eventually.ts'
import { send } from '../support/http.ts'
import { type ReceivedDelivery, startReceiver } from '../support/receiver.ts'
import { start } from '../support/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const hour = 3600

describe('while an endpoint has two secrets', () => {
  test('each delivery carries one v1 of each, and either verifies it', async () => {
    const { sandbox, stripe, endpoint, deliver } = await withEndpoint()
    const old = sandbox.webhookSecret ?? ''
    const present = sandbox.rollWebhookSecret(endpoint, hour) ?? ''
    const delivery = await deliver()
    expect(delivery.headers['stripe-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/)
    expect([old, present].map((secret) => verifies(stripe, delivery, secret))).toEqual([true, true])
    expect(sandbox.webhookSecret).toBe(present)
  })

  test('it can get a third', async () => {
    const { sandbox, stripe, endpoint, deliver } = await withEndpoint()
    const secrets = [sandbox.webhookSecret ?? '']
    for (let n = 0; n < 2; n += 1) secrets.push(sandbox.rollWebhookSecret(endpoint, hour) ?? '')
    const delivery = await deliver()
    expect(secrets.map((secret) => verifies(stripe, delivery, secret))).toEqual([true, true, true])
  })

  test('a restart forgets neither', async () => {
    const dataDir = temporaryFolder()
    const before = await withEndpoint({ dataDir })
    const old = before.sandbox.webhookSecret ?? ''
    const present = before.sandbox.rollWebhookSecret(before.endpoint, hour) ?? ''
    await before.sandbox.close()
    const { stripe, deliver } = await withEndpoint({ dataDir, webhook: { url: before.url } }, before.receiver)
    const delivery = await deliver()
    expect([old, present].map((secret) => verifies(stripe, delivery, secret))).toEqual([true, true])
  })
})

test('without an overlap the old secret ends at once', async () => {
  const { sandbox, stripe, endpoint, deliver } = await withEndpoint()
  const old = sandbox.webhookSecret ?? ''
  const present = sandbox.rollWebhookSecret(endpoint) ?? ''
  const delivery = await deliver()
  expect([old, present].map((secret) => verifies(stripe, delivery, secret))).toEqual([false, true])
})

describe('over HTTP', () => {
  test('a secret is rolled and the new one shown', async () => {
    const { sandbox, endpoint } = await withEndpoint()
    const answer = await roll(sandbox, endpoint, { overlapSeconds: hour })
    expect(answer).toMatchObject({ status: 200, body: { id: endpoint, secret: sandbox.webhookSecret } })
  })

  test.each([-1, 86_401, 'soon'])(
    'an overlap of %j is refused and nothing changes',
    async (overlapSeconds) => {
      const { sandbox, endpoint } = await withEndpoint()
      const before = sandbox.webhookSecret
      expect((await roll(sandbox, endpoint, { overlapSeconds })).status).toBe(400)
      expect(sandbox.webhookSecret).toBe(before)
    },
  )

  test('an endpoint that there is not has no secret to roll', async () => {
    const { sandbox } = await withEndpoint()
    expect((await roll(sandbox, 'we_none', {})).status).toBe(404)
  })

  test('nobody rolls a secret without the key', async () => {
    const { sandbox, endpoint } = await withEndpoint()
    const headers = { Authorization: '' }
    const answer = await send(sandbox, 'POST', `/_sandbox/webhook_endpoints/${endpoint}/roll_secret`, {
      headers,
    })
    expect(answer.status).toBe(401)
  })
})

async function withEndpoint(
  options: Parameters<typeof start>[0] = {},
  known?: Awaited<ReturnType<typeof startReceiver>>,
) {
  const receiver = known ?? (await startReceiver())
  const { sandbox, stripe } = await start({ webhook: { url: receiver.url }, ...options })
  const endpoint = (await stripe.webhookEndpoints.list()).data[0]?.id ?? ''
  return {
    sandbox,
    stripe,
    endpoint,
    receiver,
    url: receiver.url,
    deliver: async (): Promise<ReceivedDelivery> => {
      const before = receiver.received.length
      await stripe.customers.create({})
      await eventually(() => receiver.received.length).toBe(before + 1)
      const delivery = receiver.received.at(-1)
      if (!delivery) throw new Error('nothing was delivered')
      return delivery
    },
  }
}

function roll(sandbox: Sandbox, endpoint: string, body: object) {
  return send(sandbox, 'POST', `/_sandbox/webhook_endpoints/${endpoint}/roll_secret`, {
    body: JSON.stringify(body),
  })
}

function verifies(stripe: Stripe, { body, headers }: ReceivedDelivery, secret: string): boolean {
  try {
    stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret)
    return true
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}
