import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { type ApiCall, type Store, watchSandboxes } from '../../src/index.ts'
import { isHash } from '../support/check-schema.ts'
import { takeComplaints, watchedChild } from '../support/conformance.ts'
import { answerProblems, eventProblems } from '../support/conforms.ts'
import { startShop } from '../support/shop.ts'
import { start } from '../support/start.ts'

// The setup of every test file holds all traffic against the SDK's types (conformance-setup.ts). Here it is shown that it can fail.

test('an answer that Stripe would not give is a complaint with its path and its request', async () => {
  const { sandbox, stripe } = await start()
  const { id } = await stripe.customers.create({ name: 'Ada' })
  spoil(sandbox.context.store, id, { balance: 1.5, nickname: 'Countess', tax_exempt: 'sometimes' })
  const { lastResponse } = await stripe.customers.retrieve(id)
  expect(takeComplaints()).toEqual([
    [
      `GET /v1/customers/${id} → 200 (${lastResponse.requestId})`,
      '$.balance: 1.5 is no integer',
      '$.tax_exempt: "sometimes" is not one of exempt, none, reverse',
      '$.nickname: no field of this API version',
    ].join('\n    '),
  ])
})

test('an event that Stripe would not send is a complaint with the request that caused it', async () => {
  const { sandbox, stripe } = await start()
  const { id } = await stripe.customers.create({})
  spoil(sandbox.context.store, id, { livemode: 'no' })
  await stripe.customers.update(id, { name: 'Ada' })
  const complaints = takeComplaints()
  expect(complaints).toHaveLength(2)
  expect(complaints[1]).toMatch(
    new RegExp(`^customer.updated evt_\\w+, caused by POST /v1/customers/${id} name=Ada → 200 `),
  )
  expect(complaints[1]).toContain('$.data.object.livemode: "no" is no boolean')
})

test('an object where nobody asked to expand is a complaint', () => {
  const invoice = { method: 'GET', path: '/v1/subscriptions', query: '', body: '', status: 200 }
  const answer = JSON.stringify({
    ...{ object: 'list', has_more: false, url: '/v1/subscriptions' },
    data: [{ id: 'sub_1', object: 'subscription', customer: { id: 'cus_1', object: 'customer' } }],
  })
  expect(answerProblems({ ...invoice, answer })).toContain(
    '$.data[0].customer: is expanded, and nobody asked for it',
  )
})

test('a list of something else is a complaint', () => {
  const call = { method: 'GET', path: '/v1/products', query: '', body: '', status: 200 }
  const data = [{ id: 'cus_1', object: 'customer' }]
  const answer = JSON.stringify({ object: 'list', has_more: false, url: '/v1/products', data })
  expect(answerProblems({ ...call, answer })).toContain('$.data[0].object: "customer" is not one of product')
})

test('an event about another object than its type promises is a complaint', async () => {
  const { stripe } = await start()
  await stripe.products.create({ name: 'Pack' })
  const [event] = (await stripe.events.list()).data
  expect(eventProblems(plain({ ...event, type: 'customer.created' }))).toContain(
    '$.data.object.object: "product" is not one of customer',
  )
})

test('an update that does not say what was before is a complaint', async () => {
  const { stripe } = await start()
  const { id } = await stripe.products.create({ name: 'Pack' })
  await stripe.products.update(id, { name: 'Box' })
  const [event] = (await stripe.events.list({ type: 'product.updated' })).data
  const { previous_attributes: _, ...data } = event?.data ?? {}
  expect(eventProblems(plain({ ...event, data }))).toEqual(['$.data.previous_attributes: missing'])
})

describe('of all that a purchase makes Stripe say', () => {
  test('no value can be of another kind', async () => {
    expect(await unnoticed((value) => (isLeaf(value) ? { wrong: true } : value))).toEqual([])
  })

  test('nothing can have one field more', async () => {
    expect(await unnoticed((value) => (isHash(value) ? { ...value, surplus: {} } : value))).toEqual([])
  })

  test('nothing can lack its id or what it is', async () => {
    const lacking = (value: unknown) => {
      if (!isHash(value) || value.object === undefined) return value
      const { object: _, ...others } = value
      return others
    }
    expect(await unnoticed(lacking)).toEqual([])
  })
})

test('what a child process answers is looked at too', async () => {
  const { execArgv, env } = watchedChild()
  const script = join(import.meta.dirname, '../support/spoiled-child.ts')
  await promisify(execFile)(process.execPath, [...execArgv, script], { env: { ...process.env, ...env } })
  const [complaint, ...others] = takeComplaints()
  expect(others).toEqual([])
  expect(complaint).toMatch(/^in a child process: GET \/v1\/customers/)
  expect(complaint).toContain('$.data[0].livemode: "no" is no boolean')
})

/**
 * Changes one value after the other of all answers and events of a purchase, and tells the paths where nobody complained.
 * @param change gives a value back as it is where it has nothing to change.
 */
async function unnoticed(change: (value: unknown) => unknown): Promise<string[]> {
  const said = await purchase()
  const missed = new Set<string>()
  for (const { name, value, problems } of said) {
    expect([name, ...problems(value)]).toEqual([name])
    for (const { path, changed } of changedOnce(value, change)) {
      if (problems(changed).length === 0) missed.add(`${name} ${path}`)
    }
  }
  return [...missed]
}

/** Everything that the API answers, and every event, from an empty sandbox to a paid subscription. */
async function purchase() {
  const calls: ApiCall[] = []
  const events: Stripe.Event[] = []
  const stop = watchSandboxes({
    onAnswer: (call) => void calls.push(call),
    onEvent: (event) => void events.push(event),
  })
  const { stripe, checkout, pay } = await startShop()
  const { id } = await checkout()
  pay(id)
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] })
  await stripe.subscriptions.retrieve(String(session.subscription), { expand: ['latest_invoice.payments'] })
  await stripe.paymentIntents.list({ customer: String(session.customer) })
  stop()
  return [
    ...calls.map((call) => ({
      name: `${call.method} ${call.path.replace(/[^/]+_[^/]+$/, ':')}`,
      value: JSON.parse(call.answer) as unknown,
      problems: (value: unknown) => answerProblems({ ...call, answer: JSON.stringify(value) }),
    })),
    ...events.map((event) => ({
      name: event.type,
      value: plain(event) as unknown,
      problems: (value: unknown) => eventProblems(plain(value)),
    })),
  ]
}

function* changedOnce(
  value: unknown,
  change: (value: unknown) => unknown,
  path = '$',
): Generator<{ path: string; changed: unknown }> {
  const changed = change(value)
  if (changed !== value) yield { path, changed }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    for (const one of changedOnce(inner, change, Array.isArray(value) ? `${path}[]` : `${path}.${key}`)) {
      const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value }
      Object.assign(copy, { [key]: one.changed })
      yield { path: one.path, changed: copy }
    }
  }
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

/** What travels. */
function plain(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}

function spoil(store: Store, id: string, fields: object): void {
  const customer = store.get('customer', id)
  if (!customer) throw new Error(`no customer ${id}`)
  store.transaction(() => store.put('customer', { ...customer, ...fields }))
}
