import fc from 'fast-check'
import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { changeInPortal, quoteInPortal } from '../../src/billing/portal-change.ts'
import { offersPlans, startPortal } from '../support/portal.ts'

const plans = ['price_demo_starter_monthly', 'price_demo_team_monthly', 'price_demo_team_yearly'] as const
const day = 86_400

const choice = fc.record({
  plan: fc.constantFrom(...plans),
  seats: fc.integer({ min: 1, max: 5 }),
})

const story = fc.record({
  from: choice,
  to: choice,
  update: fc.record({
    proration_behavior: fc.constantFrom(
      'none' as const,
      'create_prorations' as const,
      'always_invoice' as const,
    ),
    billing_cycle_anchor: fc.constantFrom('now' as const, 'unchanged' as const),
    trial_update_behavior: fc.constantFrom('end_trial' as const, 'continue_trial' as const),
  }),
  trialDays: fc.constantFrom(0, 0, 20),
  balanceMinor: fc.constantFrom(0, -1234, -50_000, 777),
  /** How long the subscription has run, and how long the page stays open. */
  ranSeconds: fc.integer({ min: 0, max: 45 * day }),
  openSeconds: fc.integer({ min: 0, max: 14 * 60 }),
})

test('what a change costs now and next time is what the page showed', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      story,
      async ({ from, to, update, trialDays, balanceMinor, ranSeconds, openSeconds }) => {
        const life = await startPortal(offersPlans(update), {
          items: [{ price: from.plan, quantity: from.seats }],
          ...(trialDays > 0 ? { trial_period_days: trialDays } : {}),
        })
        const { sandbox, stripe, customer } = life
        const { context } = sandbox
        await sandbox.advance({ seconds: ranSeconds })
        await stripe.customers.update(customer.id, { balance: balanceMinor })
        const { id } = await life.open()
        const wish = { price: to.plan, quantity: to.seats, code: '' }
        const before = await life.now()
        const quote = life.visit(id, (visitor) => quoteInPortal(context, visitor, before, wish))
        if ('message' in quote) return
        const chargedBefore = await charged(stripe, customer.id)

        await sandbox.advance({ seconds: openSeconds })
        const { dueMinor, next, quotedAt } = quote
        const shown = { dueMinor, nextMinor: next?.dueMinor ?? null, quotedAt }
        const current = await life.now()
        const outcome = life.visit(id, (visitor) => changeInPortal(context, visitor, current, wish, shown))
        // A renewal in between, or its payment, may change what is due: then nothing may happen.
        if (outcome === 'moved') {
          expect(await life.now()).toEqual(current)
          return
        }
        expect(outcome).toEqual({ outcome: 'complete' })
        expect((await life.now()).items.data[0]).toMatchObject({ price: { id: to.plan }, quantity: to.seats })
        expect((await charged(stripe, customer.id)) - chargedBefore).toBe(dueMinor)

        const wait = (next?.dueAt ?? 0) - context.clock.now() + 2 * 3600
        await sandbox.advance({ seconds: wait })
        const renewal = (await life.invoices()).find(
          ({ billing_reason: reason }) => reason === 'subscription_cycle',
        )
        expect(renewal?.amount_due).toBe(next?.dueMinor)
      },
    ),
    { numRuns: 16 },
  )
})

async function charged(stripe: Stripe, customer: string): Promise<number> {
  const { data } = await stripe.charges.list({ customer, limit: 100 })
  return data.reduce((sum, { amount, status }) => sum + (status === 'succeeded' ? amount : 0), 0)
}
