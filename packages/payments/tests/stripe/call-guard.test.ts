import type { ServerResponse } from 'node:http'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCallBucket } from '../../src/db/call-bucket.ts'
import { type Clock, systemClock } from '../../src/domain/clock.ts'
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts'
import {
  connectStripe,
  defaultCallsPerSecond,
  type StripeConnection,
} from '../../src/stripe/connect-stripe.ts'
import { domainErrorOf } from '../../src/stripe/errors.ts'
import { useDatabase } from '../support/database.ts'
import { kind, type RudeStripe, refuse, startRudeStripe } from '../support/rude-stripe.ts'

const database = useDatabase()
let stripe: RudeStripe
let metrics: Metrics

beforeEach(async () => {
  stripe = await startRudeStripe()
  await database.db.pool.query('truncate billhook.call_budget')
})
afterEach(() => stripe.close())

function connection(callsPerSecond: number | null, clock: Clock = systemClock): StripeConnection {
  metrics = createMetrics({ withProcess: false })
  return connectStripe({
    apiKey: 'sk_test_guard',
    apiBase: stripe.url,
    callsPerSecond,
    bucket: createCallBucket(database.db, callsPerSecond ?? 0),
    clock,
    log: pino({ level: 'silent' }),
    metrics,
    knowAccount: () => ({ ensure: () => null, isWrong: () => false }),
  })
}

/** On it passes only the time that it is told: a circuit stays open, and a pause as long as it was, however slow the machine. */
function stoppedClock() {
  let elapsedMs = 0
  return {
    ...systemClock,
    elapsedMs: () => elapsedMs,
    advance: (milliseconds: number) => {
      elapsedMs += milliseconds
    },
  }
}

const ask = (client: StripeConnection['forPeople']) => client.customers.list({ limit: 1 })

async function failureOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  return domainErrorOf(error)
}

describe('the budget', () => {
  test('replicas share it: together they send no more than it grants', async () => {
    const replicas = [connection(20), connection(20)]
    const startedAt = performance.now()
    // A full bucket of 20, then 20 a second.
    await Promise.all(Array.from({ length: 30 }, (_, index) => ask(replicas[index % 2]!.forPeople)))
    expect(performance.now() - startedAt).toBeGreaterThan(450)
    expect(stripe.calls).toHaveLength(30)
    const inFirstQuarter = stripe.calls.filter((at) => at - startedAt < 250)
    expect(inFirstQuarter.length).toBeLessThanOrEqual(26)
  })

  test('people go before the background, which leaves them a part at all times', async () => {
    // Those who wait then wait on until the person has asked, too.
    const asked = Promise.withResolvers<void>()
    const { forPeople, forBackground } = connection(20, {
      ...systemClock,
      wait: async (milliseconds) => {
        await systemClock.wait(milliseconds)
        if (stripe.calls.length > 10) await asked.promise
      },
    })
    const order: string[] = []
    const background = Array.from({ length: 30 }, () =>
      ask(forBackground).then(() => order.push('background')),
    )
    await expect.poll(() => stripe.calls.length).toBeGreaterThan(10)
    const person = ask(forPeople).then(() => order.push('person'))
    asked.resolve()
    await Promise.all([person, ...background])
    expect(order.indexOf('person')).toBeLessThan(25)
  })

  test.each([1, 1.2])('at %d calls a second jobs go on, and so do people', async (callsPerSecond) => {
    const { forPeople, forBackground } = connection(callsPerSecond)
    await ask(forBackground)
    await ask(forPeople)
    await ask(forBackground)
    expect(stripe.calls).toHaveLength(3)
  })

  test('a process that has called nobody yet has no budget that is low', async () => {
    connection(3)
    const figures = await metrics.registry.metrics()
    expect(figures).toContain('billhook_stripe_budget_calls_per_second 3')
    expect(figures).toContain('billhook_stripe_budget_limit_calls_per_second 3')
  })

  test('many calls cost few queries', async () => {
    const { forPeople } = connection(1_000)
    let queries = 0
    const count = () => queries++
    database.db.pool.on('acquire', count)
    await Promise.all(Array.from({ length: 200 }, () => ask(forPeople)))
    database.db.pool.off('acquire', count)
    expect(queries).toBeLessThan(20)
  })

  test('a 429 halves it for everybody, once for all that come together, and it grows back', async () => {
    const { forBackground } = connection(40)
    // All at once: one that came a second later would halve it again.
    const held: ServerResponse[] = []
    stripe.answer = (outgoing) => {
      if (held.push(outgoing) === 6) held.forEach(refuse(429))
    }
    await Promise.allSettled(Array.from({ length: 6 }, () => ask(forBackground)))
    expect(Math.floor(await rate())).toBe(20)
    expect(await metrics.registry.metrics()).toContain('billhook_stripe_budget_slowed_total 6')
    stripe.answer = kind
    await database.db.pool.query(
      "update billhook.call_budget set refilled_at = refilled_at - interval '5 seconds', slowed_at = null",
    )
    await ask(forBackground)
    // Five for the five seconds, and what has passed since.
    expect(await rate()).toBeGreaterThanOrEqual(25)
    expect(await rate()).toBeLessThan(40)
  })

  test('Retry-After is respected: nobody calls before', async () => {
    const { forBackground } = connection(40)
    stripe.answer = refuse(429, { 'Retry-After': '1' })
    await expect(ask(forBackground)).rejects.toThrow()
    stripe.answer = kind
    await ask(forBackground)
    expect(Number(stripe.calls[1]) - Number(stripe.calls[0])).toBeGreaterThan(950)
  })

  test('a lock on one object is not the rate', async () => {
    const { forPeople } = connection(40)
    let times = 0
    stripe.answer = (outgoing) =>
      times++ === 0 ? refuse(429, { 'Stripe-Should-Retry': 'true' })(outgoing) : kind(outgoing)
    await ask(forPeople)
    expect(await rate()).toBe(40)
  })

  test('a person who would wait for too long is told when to come again', async () => {
    const { forPeople } = connection(1, stoppedClock())
    stripe.answer = refuse(429, { 'Retry-After': '60' })
    expect(await failureOf(ask(forPeople))).toMatchObject({
      code: 'stripe_unavailable',
      retryAfterSeconds: 60,
    })
    expect(await failureOf(ask(forPeople))).toMatchObject({
      code: 'stripe_unavailable',
      retryAfterSeconds: 60,
    })
    expect(stripe.calls).toHaveLength(1)
  })

  test('every attempt counts, those of the SDK included', async () => {
    const { forPeople } = connection(null)
    let times = 0
    stripe.answer = (outgoing) => (times++ === 0 ? refuse(500)(outgoing) : kind(outgoing))
    await ask(forPeople)
    const figures = await metrics.registry.metrics()
    expect(figures).toContain('billhook_stripe_calls_total{resource="customers",outcome="failed"} 1')
    expect(figures).toContain('billhook_stripe_calls_total{resource="customers",outcome="ok"} 1')
  })

  test('a sandbox takes what it gets; Stripe what it says', () => {
    expect(defaultCallsPerSecond('sk_test_a', 'http://localhost:12111')).toBeNull()
    expect(defaultCallsPerSecond('sk_test_a', null)).toBe(25)
    expect(defaultCallsPerSecond('rk_live_a', null)).toBe(80)
  })

  async function rate(): Promise<number> {
    const { rows } = await database.db.pool.query('select calls_per_second from billhook.call_budget')
    return Number(rows[0]?.calls_per_second)
  }
})

describe('the circuit', () => {
  test('errors open it; then people are answered at once, and Stripe is not asked', async () => {
    const { forPeople } = connection(null, stoppedClock())
    stripe.answer = refuse(500)
    await Promise.allSettled([ask(forPeople), forPeople.products.list()])
    await expect.poll(() => failureOf(ask(forPeople))).toMatchObject({ code: 'stripe_unavailable' })
    const asked = stripe.calls.length
    const startedAt = performance.now()
    const failure = await failureOf(ask(forPeople))
    // The SDK would wait for a second before it tried again.
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(failure).toMatchObject({ code: 'stripe_unavailable', retryAfterSeconds: expect.any(Number) })
    expect(stripe.calls).toHaveLength(asked)
    expect(await metrics.registry.metrics()).toContain('billhook_stripe_circuit_state 2')
  })

  test('errors at one object do not, however many', async () => {
    const { forPeople } = connection(null)
    stripe.answer = (outgoing, { url }) =>
      url?.startsWith('/v1/customers') ? refuse(500)(outgoing) : kind(outgoing)
    for (let time = 0; time < 3; time++) await failureOf(forPeople.customers.retrieve('cus_1'))
    await forPeople.products.list()
  })

  test('one object for which no answer comes does not, however often it is asked for', async () => {
    const { forPeople } = connection(null)
    stripe.answer = (outgoing, { url }) => (url?.startsWith('/v1/customers') ? undefined : kind(outgoing))
    const options = { timeout: 100, maxNetworkRetries: 0 }
    const stalled = () => forPeople.customers.retrieve('cus_1', undefined, options)
    await Promise.allSettled(Array.from({ length: 8 }, stalled))
    await forPeople.products.list()
  })

  test('a Stripe that stalls opens it too; one probe finds out when it answers again', async () => {
    const clock = stoppedClock()
    const { forPeople } = connection(null, clock)
    stripe.answer = () => undefined
    const options = { timeout: 1_000, maxNetworkRetries: 0 }
    const stalled = () => forPeople.customers.list({ limit: 1 }, options)
    const another = () => forPeople.products.list({ limit: 1 }, options)
    await Promise.allSettled([another(), ...Array.from({ length: 4 }, stalled)])
    expect(await failureOf(stalled())).toMatchObject({ code: 'stripe_unavailable' })
    expect(stripe.calls).toHaveLength(5)
    stripe.answer = kind
    clock.advance(1_000)
    expect(await failureOf(ask(forPeople))).toBeNull()
    expect(stripe.calls).toHaveLength(6)
    await Promise.all(Array.from({ length: 5 }, () => ask(forPeople)))
  })

  test('bodies that break off are failures', async () => {
    const { forPeople } = connection(null, stoppedClock())
    stripe.answer = (outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
      outgoing.write('{"object":')
      setImmediate(() => outgoing.destroy())
    }
    const options = { maxNetworkRetries: 0 }
    const broken = () => forPeople.customers.list({ limit: 1 }, options)
    await Promise.allSettled(Array.from({ length: 5 }, broken))
    const asked = stripe.calls.length
    expect(await failureOf(broken())).toMatchObject({ code: 'stripe_unavailable' })
    expect(stripe.calls).toHaveLength(asked)
  })

  test('what Stripe refuses is an answer', async () => {
    const { forPeople } = connection(null)
    stripe.answer = refuse(400)
    await Promise.allSettled(Array.from({ length: 8 }, () => ask(forPeople)))
    stripe.answer = kind
    await ask(forPeople)
  })
})
