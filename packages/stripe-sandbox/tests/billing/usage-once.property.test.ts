import fc from 'fast-check'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { createSandbox } from '../../src/index.ts'
import { movableClock } from '../support/movable-clock.ts'
import { clientOf } from '../support/start.ts'

/** Few in the suite, so that it stays fast. Raise it to look longer: 500 runs take some minutes. */
const RUNS = 15

type Step =
  | { kind: 'use'; value: number; secondsAgo: number }
  | { kind: 'wait'; minutes: number }
  | { kind: 'do'; what: 'another price' | 'new period' | 'pause' | 'resume' | 'add seats' | 'plan the end' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      value: fc.integer({ min: 1, max: 1000 }),
      // Told late, but before the invoice of its period can be finalized.
      secondsAgo: fc.constantFrom(0, 0, 1, 2400),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      minutes: fc.constantFrom(30, 31, 24 * 60, 10 * 24 * 60, 28 * 24 * 60 - 1, 31 * 24 * 60),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('do' as const),
      what: fc.constantFrom('another price', 'new period', 'pause', 'resume', 'add seats', 'plan the end'),
    }),
  },
)

test('every unit of usage is billed exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20, size: 'max' }), async (steps) => {
      const clock = movableClock(Date.UTC(2027, 0, 31, 12) / 1000)
      const sandbox = await createSandbox({ seed: 'demo', clock })
      try {
        const life = await begin(clientOf(sandbox))
        let used = 0
        let changedAt = sandbox.context.clock.now()
        for (const next of steps) {
          const now = sandbox.context.clock.now()
          if (next.kind === 'wait') await sandbox.advance({ minutes: next.minutes })
          else if (next.kind === 'do') {
            // A change closes its window: what is told later of before it comes too late. Within one second there is no before.
            await sandbox.advance({ seconds: 1 })
            if (await succeeds(() => life.change(next.what))) changedAt = now + 1
          } else {
            const timestamp = Math.max(now - next.secondsAgo, changedAt)
            if (await life.use(next.value, timestamp)) used += next.value
          }
        }
        await sandbox.advance({ seconds: 1 })
        await succeeds(() => life.change('resume'))
        // An end now would leave a draft uncollected.
        if (await life.hasDraft()) await sandbox.advance({ minutes: 61 })
        await succeeds(() => life.finish())
        await sandbox.advance({ days: 2 })
        expect(await life.billed()).toBe(used)
      } finally {
        await sandbox.close()
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

/** A subscriber of a metered price, of which the units on invoices are counted. */
async function begin(stripe: Stripe) {
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'call',
    default_aggregation: { formula: 'sum' },
  })
  const price = (unit_amount: number) =>
    stripe.prices.create({
      product: 'prod_demo_team',
      currency: 'usd',
      unit_amount,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    })
  const prices = [await price(100), await price(200)] as const
  const { id: customer } = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  })
  const born = await stripe.subscriptions.create({ customer, items: [{ price: prices[0].id }] })
  const now = () => stripe.subscriptions.retrieve(born.id)

  const hasDraft = async (): Promise<boolean> =>
    (await stripe.invoices.list({ customer, status: 'draft' })).data.length > 0

  async function change(what: Extract<Step, { kind: 'do' }>['what']): Promise<unknown> {
    const { id, items } = await now()
    const metered = items.data.find((item) => item.quantity === undefined)
    switch (what) {
      case 'another price': {
        const other = prices.find((each) => each.id !== metered?.price.id)
        return stripe.subscriptions.update(id, {
          items: [{ id: metered?.id ?? '', price: other?.id ?? '' }],
        })
      }
      case 'new period':
        return stripe.subscriptions.update(id, { billing_cycle_anchor: { type: 'now' } })
      case 'add seats':
        return stripe.subscriptions.update(id, { items: [{ price: 'price_demo_team_monthly' }] })
      case 'plan the end':
        return stripe.subscriptions.update(id, { cancel_at_period_end: true })
      case 'pause':
        // A pause, like an end, leaves a draft uncollected.
        if (await hasDraft()) throw new NotNow()
        return stripe.subscriptions.pause(id)
      case 'resume':
        return stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success' })
    }
  }

  return {
    change,
    /** Says whether anybody is there to be billed for it. Who has paused uses nothing. */
    use: async (value: number, timestamp: number): Promise<boolean> => {
      const { status, ended_at: endedAt } = await now()
      if (status === 'paused') return false
      await stripe.billing.meterEvents.create({
        event_name: 'call',
        payload: { stripe_customer_id: customer, value: String(value) },
        timestamp,
      })
      return endedAt === null || timestamp < endedAt
    },
    finish: () => stripe.subscriptions.cancel(born.id, { invoice_now: true }),
    hasDraft,
    billed: async (): Promise<number> => {
      const ids = new Set<string>(prices.map(({ id }) => id))
      let units = 0
      for await (const invoice of stripe.invoices.list({ customer, limit: 100 })) {
        expect(invoice.status).toBe('paid')
        for (const { pricing, quantity } of invoice.lines.data) {
          if (ids.has(String(pricing?.price_details?.price))) units += quantity ?? 0
        }
      }
      return units
    },
  }
}

/** A step that makes no sense in this moment. */
class NotNow extends Error {}

/** Whether it was done: Stripe may refuse it. */
async function succeeds(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (error instanceof NotNow || error instanceof Stripe.errors.StripeInvalidRequestError) return false
    throw error
  }
}
