import { describe, expect, test } from 'vitest'
import { faultCatalogue } from '../../src/faults/fault-catalogue.ts'
import type { FaultRule, Sandbox } from '../../src/index.ts'
import { FaultRuleError } from '../../src/index.ts'
import { send } from '../support/http.ts'
import { failure, start } from '../support/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const limited: FaultRule = { fault: 'rate_limit' }

describe('a rule strikes', () => {
  test('as often as it says', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ ...limited, count: 2 }] })
    expect(await statuses(sandbox, 4)).toEqual([429, 429, 200, 200])
    expect(sandbox.faults.list()).toMatchObject([{ ...limited, count: 2, matched: 2, struck: 2 }])
  })

  test('after it has let some pass', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [{ ...limited, skip: 1, count: 1 }] })
    expect(await statuses(sandbox, 3)).toEqual([200, 429, 200])
  })

  test('the same requests in the same way under the same seed', async () => {
    const rules: FaultRule[] = [{ ...limited, probability: 0.5 }]
    const [first, second] = [(await start()).sandbox, (await start()).sandbox]
    first.faults.set({ rules })
    second.faults.set({ seed: first.faults.seed, rules })
    const seen = await statuses(first, 24)
    expect(new Set(seen), `seed ${first.faults.seed}`).toEqual(new Set([200, 429]))
    expect(await statuses(second, 24), `seed ${first.faults.seed}`).toEqual(seen)
  })

  test('again from the beginning when the seed is set again', async () => {
    const { sandbox } = await start()
    const faults = { seed: 7, rules: [{ ...limited, probability: 0.5 }] }
    sandbox.faults.set(faults)
    const seen = await statuses(sandbox, 12)
    sandbox.faults.set(faults)
    expect(await statuses(sandbox, 12)).toEqual(seen)
  })

  test('in another way under another seed', async () => {
    const { sandbox } = await start()
    const runs: string[] = []
    for (const seed of [1, 2, 3]) {
      sandbox.faults.set({ seed, rules: [{ ...limited, probability: 0.5 }] })
      runs.push((await statuses(sandbox, 16)).join())
    }
    expect(new Set(runs).size).toBe(3)
  })

  test('the methods and paths that it names', async () => {
    const { sandbox, stripe } = await start()
    sandbox.faults.set({ rules: [{ ...limited, where: { method: 'GET', path: '/v1/customers/*' } }] })
    const { id } = await stripe.customers.create({})
    expect((await stripe.customers.list()).data).toHaveLength(1)
    expect(await failure(stripe.customers.retrieve(id))).toMatchObject({ statusCode: 429 })
  })

  test('what is about one customer', async () => {
    const { sandbox, stripe } = await start()
    const [ada, bob] = [await stripe.customers.create({}), await stripe.customers.create({})]
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd', customer: ada.id })
    sandbox.faults.set({ rules: [{ ...limited, where: { customer: ada.id } }] })
    const about = (call: Promise<unknown>): Promise<string> =>
      call.then(
        () => 'answered',
        () => 'struck',
      )
    expect(
      await Promise.all([
        about(stripe.customers.retrieve(ada.id)),
        about(stripe.customers.retrieve(bob.id)),
        about(stripe.subscriptions.list({ customer: ada.id })),
        about(stripe.paymentIntents.retrieve(intent.id)),
        about(stripe.paymentIntents.create({ amount: 500, currency: 'usd', customer: ada.id })),
      ]),
    ).toEqual(['struck', 'answered', 'struck', 'struck', 'struck'])
  })
})

test('what an undone change would have used up is given back', async () => {
  const { sandbox, stripe } = await start()
  sandbox.faults.set({ rules: [{ fault: 'duplicate_event', count: 1 }] })
  const { context } = sandbox
  const undone = (): void =>
    context.store.transaction(() => {
      context.emit('customer.created', { id: 'cus_1', object: 'customer' })
      throw new Error('undone')
    })
  expect(undone).toThrow('undone')
  expect(sandbox.faults.list()).toMatchObject([{ matched: 0, struck: 0 }])
  await stripe.customers.create({})
  expect((await stripe.events.list()).data).toHaveLength(2)
})

test('rules can be added, taken away one by one, and all at once', async () => {
  const { sandbox } = await start()
  const { faults } = sandbox
  const first = faults.add({ fault: 'lose_answer' })
  const second = faults.add({ fault: 'stall' })
  expect(faults.list().map(({ id }) => id)).toEqual([first.id, second.id])
  expect([faults.remove(first.id), faults.remove(first.id)]).toEqual([true, false])
  faults.clear()
  expect(faults.list()).toEqual([])
})

test('rules are kept across a restart with everything else', async () => {
  const options = { dataDir: temporaryFolder() }
  const { sandbox: before } = await start(options)
  before.faults.set({ seed: 5, rules: [{ ...limited, count: 2 }] })
  expect(await statuses(before, 1)).toEqual([429])
  await before.close()
  const { sandbox: after } = await start(options)
  expect(after.faults.seed).toBe(5)
  expect(await statuses(after, 2)).toEqual([429, 200])
})

describe('a rule is refused', () => {
  test.each([
    ['for a fault that there is not', { fault: 'explode' }, 'rule.fault'],
    ['for a setting that the fault has not', { fault: 'lose_answer', delayMs: 1 }, 'rule.delayMs'],
    ['for a setting out of its limits', { fault: 'slow_answer', delayMs: -1 }, 'rule.delayMs'],
    ['for a word that is none of its own', { fault: 'stall', when: 'later' }, 'rule.when'],
    ['for a probability above one', { fault: 'stall', probability: 2 }, 'rule.probability'],
    ['for a count of nothing', { fault: 'stall', count: 0 }, 'rule.count'],
    ['for a method that there is not', { fault: 'stall', where: { method: 'get' } }, 'rule.where.method'],
    [
      'for a filter that its fault cannot have',
      { fault: 'stall', where: { eventType: 'invoice.paid' } },
      'rule.where.eventType',
    ],
  ])('%s', async (_, rule, path) => {
    const { sandbox } = await start()
    const add = (): unknown => sandbox.faults.add(rule as FaultRule)
    expect(add).toThrow(FaultRuleError)
    expect(add).toThrow(expect.objectContaining({ path }))
    expect(sandbox.faults.list()).toEqual([])
  })

  test('together with the others of its set, and those from before stay', async () => {
    const { sandbox } = await start()
    sandbox.faults.set({ rules: [limited] })
    expect(() => sandbox.faults.set({ rules: [limited, { ...limited, count: -1 }] })).toThrow(
      'rules[1].count',
    )
    expect(sandbox.faults.list()).toMatchObject([limited])
  })
})

test('every fault can be a rule just by its name', async () => {
  const { sandbox } = await start()
  const rules = Object.keys(faultCatalogue).map((fault) => ({ fault }) as FaultRule)
  expect(sandbox.faults.set({ rules })).toHaveLength(21)
})

async function statuses(sandbox: Sandbox, count: number): Promise<number[]> {
  const seen: number[] = []
  for (let n = 0; n < count; n += 1) seen.push((await send(sandbox, 'GET', '/v1/customers')).status)
  return seen
}
