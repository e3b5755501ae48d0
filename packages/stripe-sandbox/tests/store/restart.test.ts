import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSandbox } from '../../src/index.ts'
import { watchedChild } from '../support/conformance.ts'
import { eventually } from '../support/eventually.ts'
import { clientOf, start } from '../support/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// A process has to start in some of them.
vi.setConfig({ testTimeout: 60_000 })

test('state survives a restart', async () => {
  const dataDir = temporaryFolder()
  const before = await start({ dataDir, seed: 'demo' })
  const customer = await before.stripe.customers.create({ name: 'Ada' })
  const gone = await before.stripe.customers.create({ name: 'Gone' })
  await before.stripe.customers.del(gone.id)
  await before.sandbox.close()

  const { stripe } = await start({ dataDir, seed: 'demo' })
  expect(await stripe.customers.retrieve(customer.id)).toEqual(customer)
  expect((await stripe.customers.list()).data).toHaveLength(1)
  expect((await stripe.products.list()).data).toHaveLength(4)
  const events = await stripe.events.list({ type: 'customer.*' })
  expect(events.data.map(({ type }) => type)).toEqual([
    'customer.deleted',
    'customer.created',
    'customer.created',
  ])
})

test('a sandbox has an account of its own, and keeps it', async () => {
  const dataDir = temporaryFolder()
  const before = await start({ dataDir })
  const { id } = await before.stripe.accounts.retrieveCurrent()
  expect(id).toMatch(/^acct_1[0-9A-Za-z]{15}$/)
  await before.sandbox.close()
  const again = await start({ dataDir })
  expect(await again.stripe.accounts.retrieveCurrent()).toMatchObject({ id })
  const other = await start()
  expect((await other.stripe.accounts.retrieveCurrent()).id).not.toBe(id)
})

test('an Idempotency-Key is remembered across a restart', async () => {
  const dataDir = temporaryFolder()
  const before = await start({ dataDir })
  const first = await before.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  await before.sandbox.close()
  const { stripe } = await start({ dataDir })
  const second = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k1' })
  expect(second.id).toBe(first.id)
})

test('after kill -9 in a burst of writes, every answered write is there, with its event', async () => {
  const dataDir = temporaryFolder()
  const child = await startProcess(dataDir)
  const stripe = clientOf(child)
  const answered: string[] = []
  const write = async () => {
    for (;;) answered.push((await stripe.customers.create({ metadata: { kind: 'burst' } })).id)
  }
  const burst = Promise.allSettled(Array.from({ length: 8 }, write))
  await eventually(() => answered.length).toBeGreaterThan(200)
  // Its connections may end before its hold on the directory does.
  const ended = once(child.process, 'exit')
  child.process.kill('SIGKILL')
  await Promise.all([burst, ended])

  const after = await start({ dataDir })
  const { store } = after.sandbox.context
  const announced = new Set([...store.all('event')].map(({ data }) => (data.object as { id: string }).id))
  expect(answered.filter((id) => !store.get('customer', id))).toEqual([])
  expect(answered.filter((id) => !announced.has(id))).toEqual([])
  expect([...store.all('customer')].filter(({ id }) => !announced.has(id))).toEqual([])
})

test('two sandboxes cannot share a data directory', async () => {
  const dataDir = temporaryFolder()
  await start({ dataDir })
  await expect(createSandbox({ dataDir })).rejects.toThrow('is another sandbox using this data directory?')
})

test('SIGTERM ends the process in order', async () => {
  const child = await startProcess(temporaryFolder())
  await clientOf(child).customers.create({})
  const exit = new Promise((resolve) => child.process.once('exit', (code) => resolve(code)))
  child.process.kill('SIGTERM')
  expect(await exit).toBe(0)
})

/** `stripe-sandbox` as a process of its own. */
async function startProcess(dataDir: string) {
  const cli = join(import.meta.dirname, '../../src/cli.ts')
  const { execArgv, env } = watchedChild()
  const args = [...execArgv, cli, '--port', '0', '--data-dir', dataDir]
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the sandbox ended:\n${output}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const found = /port (\d+)/.exec(output)
      if (found) resolve(Number(found[1]))
    })
  })
  return { process: child, host: '127.0.0.1', port, protocol: 'http' as const, apiKey: 'sk_test_sandbox' }
}
