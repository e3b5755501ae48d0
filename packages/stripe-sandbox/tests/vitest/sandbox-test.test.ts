import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import Stripe from 'stripe'
import { describe, expect, onTestFinished } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { test, withSandbox } from '../../src/vitest/sandbox-test.ts'
import { Webhooks } from '../../src/vitest/webhooks.ts'
import { clientOf } from '../support/start.ts'

describe('each test', () => {
  const ports = new Set<number>()
  test.for(['first', 'second'])('has a sandbox of its own: the %s', async (_, { sandbox, stripe }) => {
    expect((await stripe.customers.list()).data).toEqual([])
    await stripe.customers.create({})
    expect(ports.has(sandbox.port)).toBe(false)
    ports.add(sandbox.port)
  })

  test('waits less than 50 ms of processor time for it', async () => {
    const costsMs: number[] = []
    for (let n = 0; n < 9; n++) {
      const before = process.cpuUsage()
      await withSandbox({}, async () => undefined)
      const { user, system } = process.cpuUsage(before)
      costsMs.push((user + system) / 1000)
    }
    expect(costsMs.sort((a, b) => a - b)[4]).toBeLessThan(50)
  })

  test('leaves nothing open', async () => {
    const before = process.getActiveResourcesInfo().length
    for (let n = 0; n < 5; n++) {
      await withSandbox({}, async (sandbox) => {
        const stripe = clientOf(sandbox)
        const webhooks = await Webhooks.listen(stripe)
        await stripe.customers.create({})
        await webhooks.waitForEvent('customer.created')
        await webhooks.close()
      })
    }
    await expect.poll(() => process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before)
  })
})

describe('sandboxOptions', () => {
  test.override({ sandboxOptions: { seed: 'demo' } })

  test('say how the sandboxes of a describe begin', async ({ stripe }) => {
    expect((await stripe.prices.retrieve('price_demo_import')).unit_amount).toBe(4900)
  })
})

describe('waitForEvent', () => {
  test('gives the event of a type, and its object with its type', async ({ stripe, webhooks }) => {
    await stripe.products.create({ name: 'Pack' })
    await stripe.customers.create({ email: 'ada@example.com' })
    const event = await webhooks.waitForEvent('customer.created')
    // Without a cast: the type of the event says what its object is.
    expect(event.data.object.email).toBe('ada@example.com')
    expect(webhooks.events.map(({ type }) => type)).toContain('product.created')
  })

  test('gives an event that has yet to come', async ({ stripe, webhooks }) => {
    const waited = webhooks.waitForEvent('customer.created')
    const { id } = await stripe.customers.create({})
    expect((await waited).data.object.id).toBe(id)
  })

  test('gives each event once, and the one that matches', async ({ stripe, webhooks }) => {
    const [ada, bob] = [await stripe.customers.create({}), await stripe.customers.create({})]
    const second = await webhooks.waitForEvent('customer.created', {
      matching: ({ data }) => data.object.id === bob.id,
    })
    const other = await webhooks.waitForEvent('customer.created')
    expect([second.data.object.id, other.data.object.id]).toEqual([bob.id, ada.id])
    await expect(webhooks.waitForEvent('customer.created', { timeoutMs: 1 })).rejects.toThrow(
      /^No customer.created came within 1 ms. What came: customer.created, customer.created.$/,
    )
  })
})

describe('an endpoint that fails', () => {
  test.override({ sandboxOptions: { deliveries: { firstRetryMs: 5 } } })

  test('is asked again', async ({ stripe, webhooks }) => {
    const answers = [500, 200]
    webhooks.respond = () => answers.shift() ?? 200
    await stripe.customers.create({})
    const first = await webhooks.waitForEvent('customer.created')
    const again = await webhooks.waitForEvent('customer.created')
    expect(again.id).toBe(first.id)
  })
})

test('a delivery that does not verify fails the test', async ({ stripe }) => {
  const webhooks = await Webhooks.listen(stripe)
  const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'customer.created' })
  const answer = await fetch(webhooks.url, {
    method: 'POST',
    body,
    headers: { 'Stripe-Signature': 't=1,v1=00' },
  })
  expect([answer.status, webhooks.events]).toEqual([400, []])
  await expect(webhooks.close()).rejects.toThrow('A webhook did not verify: ')
})

test('a call that outlives the test fails it', async () => {
  const outliving = withSandbox({}, async (sandbox) => {
    const finish = await beginCall(sandbox)
    setImmediate(finish)
  })
  await expect(outliving).rejects.toThrow('Stripe was still called: POST /v1/customers. Await every call.')
})

test('what a test throws is thrown, and its sandbox is closed', async () => {
  let url = ''
  const failing = withSandbox({}, async (sandbox) => {
    url = sandbox.url
    throw new Error('of the test')
  })
  await expect(failing).rejects.toThrow('of the test')
  await expect(fetch(url)).rejects.toThrow()
})

test('the README’s example is a test that runs', () => {
  const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  expect(file('../../README.md')).toContain(`\`\`\`ts\n${file('./readme-example.test.ts')}\`\`\``)
})

test('is the unmodified SDK', async ({ stripe }) => {
  expect(stripe).toBeInstanceOf(Stripe)
})

/** A call whose head has arrived at the sandbox. Returns what sends the rest of it. */
async function beginCall({ port, apiKey }: Sandbox): Promise<() => void> {
  const socket = connect({ port, host: '127.0.0.1' })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  const head = [
    'POST /v1/customers HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${apiKey}`,
    'Content-Length: 0',
  ]
  socket.write(`${head.join('\r\n')}\r\n`)
  return () => void socket.write('\r\n')
}
