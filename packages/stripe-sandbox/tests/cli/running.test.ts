import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startReceiver } from '../support/receiver.ts'
import { start } from '../support/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { run, runOn } from './run.ts'

test('trigger makes the event happen and shows what came with it', async () => {
  const { sandbox, stripe } = await start()
  const { code, output } = await run('trigger', 'customer.updated', '--api-base', sandbox.url)
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('▸ customer.updated') })
  expect((await stripe.events.list({ type: 'customer.updated' })).data).toHaveLength(1)
})

test('trigger names its neighbours where there is no such event', async () => {
  const { code, output } = await run('trigger', 'invoice.eaten')
  expect(code).toBe(1)
  expect(output).toContain('There are invoice.created, ')
})

test('without a sandbox, a command says what to start', async () => {
  const { output } = await run('trigger', 'invoice.paid', '--api-base', 'http://127.0.0.1:9')
  expect(output).toContain('No sandbox answers at http://127.0.0.1:9. Start one: stripe-sandbox')
})

test('advance puts the time forward', async () => {
  const { sandbox } = await start()
  const before = sandbox.now()
  await run('advance', '--days', '2', '--hours', '1', '--api-base', sandbox.url)
  expect(sandbox.now() - before).toBeGreaterThanOrEqual(49 * 3600)
})

test('fixtures makes the calls of a file', async () => {
  const { sandbox, stripe } = await start()
  const file = join(temporaryFolder(), 'shop.json')
  const fixtures = [{ name: 'ada', path: '/v1/customers', method: 'post', params: { name: 'Ada' } }]
  await writeFile(file, JSON.stringify({ fixtures }))
  expect(await run('fixtures', file, '--api-base', sandbox.url)).toMatchObject({ code: 0 })
  expect((await stripe.customers.list()).data).toMatchObject([{ name: 'Ada' }])
})

test('listen shows events, hands them on as they were signed, and leaves nothing behind', async () => {
  const { sandbox, stripe } = await start()
  const app = await startReceiver()
  app.answer = () => 418
  const listening = runOn('listen', '--forward-to', app.url, '--api-base', sandbox.url)
  await eventually(() => listening.output()).toContain('Ready.')
  const secret = /whsec_\w+/.exec(listening.output())?.[0] ?? ''
  await stripe.customers.create({ name: 'Ada' })
  await eventually(() => listening.output()).toMatch(/customer\.created .*→ 418/)
  const [delivery] = app.received
  const signature = String(delivery?.headers['stripe-signature'])
  expect(stripe.webhooks.constructEvent(delivery?.body ?? '', signature, secret)).toMatchObject({
    type: 'customer.created',
  })
  expect(await listening.stop()).toBe(0)
  expect((await stripe.webhookEndpoints.list()).data).toEqual([])
})
