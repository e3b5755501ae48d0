import { describe, expect, test } from 'vitest'
import type { SandboxOptions } from '../../src/index.ts'
import { startLife } from '../support/lives.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

type Retries = NonNullable<SandboxOptions['billing']>

/** A weekly subscriber whose first renewal failed: open, and tried again by the schedule. */
async function startOwing(billing: Retries = {}) {
  const life = await startLife(
    { items: [{ price_data: weekly }] },
    { billing: { upcomingInvoiceDays: null, ...billing } },
  )
  await life.changeCard('pm_card_chargeCustomerFail')
  await life.sandbox.advance({ days: 7, hours: 2 })
  const owed = (await life.invoices())[0]?.id ?? ''
  await life.newEvents()
  return { ...life, owed, statusOf: async (id: string) => (await life.stripe.invoices.retrieve(id)).status }
}

const weekly = {
  currency: 'usd',
  product: 'prod_demo_team',
  recurring: { interval: 'week' },
  unit_amount: 700,
} as const

/** The second renewal, a draft for its first hour. */
const untilDraft = { days: 6, hours: 22, minutes: 30 }

/** Tried again so late that a newer invoice is there. */
const late: Retries = { retryAfterDays: [10], afterLastRetry: 'cancel' }

describe('an old invoice that fails again', () => {
  test('leaves a subscription active whose newer invoice is paid', async () => {
    const life = await startOwing({ retryAfterDays: [10, 20] })
    await life.changeCard('pm_card_visa')
    await life.sandbox.advance({ days: 7 })
    expect((await life.now()).status).toBe('active')
    await life.changeCard('pm_card_chargeCustomerFail')
    await life.newEvents()
    await life.sandbox.advance({ days: 3 })
    expect(typesOf(await life.newEvents())).toContain('invoice.payment_failed')
    expect(await life.statusOf(life.owed)).toBe('open')
    expect((await life.now()).status).toBe('active')
  })

  test('for the last time ends no subscription whose newer invoice is paid', async () => {
    const life = await startOwing(late)
    await life.changeCard('pm_card_visa')
    await life.sandbox.advance({ days: 7 })
    await life.changeCard('pm_card_chargeCustomerFail')
    await life.sandbox.advance({ days: 3 })
    expect(await life.stripe.invoices.retrieve(life.owed)).toMatchObject({ auto_advance: false })
    expect((await life.now()).status).toBe('active')
  })

  test('for the last time ends a subscription whose newer invoice failed too', async () => {
    const life = await startOwing(late)
    await life.sandbox.advance({ days: 10 })
    expect(await life.now()).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    })
  })
})

describe('an old invoice that is paid, given up or voided', () => {
  test.each([
    ['paid', 'pay'],
    ['given up', 'markUncollectible'],
    ['voided', 'voidInvoice'],
  ] as const)('%s, leaves a subscription past due whose newer invoice failed', async (_, step) => {
    const life = await startOwing({ retryAfterDays: [30] })
    await life.sandbox.advance({ days: 7 })
    await life.changeCard('pm_card_visa')
    await life.stripe.invoices[step](life.owed)
    expect((await life.now()).status).toBe('past_due')
  })
})

describe('in the hour before the next invoice is finalized, the one before it', () => {
  test.each([
    ['paid', 'pay'],
    ['given up', 'markUncollectible'],
    ['voided', 'voidInvoice'],
  ] as const)('%s, makes the subscription active', async (_, step) => {
    const life = await startOwing({ retryAfterDays: [30] })
    await life.sandbox.advance(untilDraft)
    expect((await life.invoices())[0]).toMatchObject({ status: 'draft' })
    await life.changeCard('pm_card_visa')
    await life.stripe.invoices[step](life.owed)
    expect((await life.now()).status).toBe('active')
  })

  test('overdue, makes it past due', async () => {
    const life = await startLife({ collection_method: 'send_invoice', days_until_due: 28 })
    await life.sandbox.advance({ minutes: 30 })
    await life.stripe.invoices.finalizeInvoice(String(life.born.latest_invoice))
    await life.sandbox.advance({ days: 27, hours: 23, minutes: 45 })
    expect((await life.invoices())[0]).toMatchObject({ status: 'draft' })
    expect((await life.now()).status).toBe('active')
    await life.sandbox.advance({ minutes: 20 })
    expect((await life.invoices())[0]).toMatchObject({ status: 'draft' })
    expect((await life.now()).status).toBe('past_due')
  })
})

describe('where the invoice that counts is voided, the one before it counts:', () => {
  test('it failed, and the subscription stays past due', async () => {
    const life = await startOwing({ retryAfterDays: [30] })
    await life.sandbox.advance({ days: 7 })
    const [newest] = await life.invoices()
    await life.stripe.invoices.voidInvoice(newest?.id ?? '')
    expect((await life.now()).status).toBe('past_due')
    await life.changeCard('pm_card_visa')
    await life.stripe.invoices.pay(life.owed)
    expect((await life.now()).status).toBe('active')
  })

  test('it failed, and a subscription whose newer invoice was given up is past due again', async () => {
    const life = await startOwing({ retryAfterDays: [30] })
    await life.sandbox.advance({ days: 7 })
    const newest = (await life.invoices())[0]?.id ?? ''
    await life.stripe.invoices.markUncollectible(newest)
    expect((await life.now()).status).toBe('active')
    await life.stripe.invoices.voidInvoice(newest)
    expect((await life.now()).status).toBe('past_due')
  })

  test('it is paid, and the subscription is active', async () => {
    const life = await startOwing({ retryAfterDays: [30] })
    await life.stripe.invoices.voidInvoice(life.owed)
    expect((await life.now()).status).toBe('active')
  })

  test('renewals that are voided because collection is paused leave it past due', async () => {
    const life = await startOwing({ retryAfterDays: [30] })
    await life.stripe.subscriptions.update(life.born.id, { pause_collection: { behavior: 'void' } })
    await life.sandbox.advance({ days: 7 })
    expect((await life.invoices()).map(({ status }) => status)).toEqual(['void', 'open', 'paid'])
    expect((await life.now()).status).toBe('past_due')
  })
})

test('paying what failed brings an unpaid subscription back, whatever drafts came since', async () => {
  const life = await startOwing({ retryAfterDays: [], afterLastRetry: 'unpaid' })
  await life.sandbox.advance({ days: 7 })
  expect((await life.now()).status).toBe('unpaid')
  expect((await life.invoices()).map(({ status }) => status)).toEqual(['draft', 'open', 'paid'])
  await life.changeCard('pm_card_visa')
  await life.stripe.invoices.pay(life.owed)
  expect((await life.now()).status).toBe('active')
})

describe('the invoice of a change that waits for its payment', () => {
  async function startWaiting() {
    const life = await startOwing({ retryAfterDays: [30] })
    const waiting = await life.stripe.subscriptions.update(life.born.id, {
      items: [{ id: life.item.id, quantity: 2 }],
      payment_behavior: 'pending_if_incomplete',
      proration_behavior: 'always_invoice',
    })
    expect(waiting.pending_update).not.toBeNull()
    return { ...life, held: String(waiting.latest_invoice) }
  }

  test('says nothing when it is voided', async () => {
    const life = await startWaiting()
    await life.stripe.invoices.voidInvoice(life.held)
    expect((await life.now()).status).toBe('past_due')
  })

  test('leaves the one before it to count: paid, the subscription is active', async () => {
    const life = await startWaiting()
    await life.changeCard('pm_card_visa')
    await life.stripe.invoices.pay(life.owed)
    expect(await life.now()).toMatchObject({ status: 'active', pending_update: expect.anything() })
  })

  test('counts once it is paid', async () => {
    const life = await startWaiting()
    await life.changeCard('pm_card_visa')
    await life.stripe.invoices.pay(life.held)
    expect(await life.now()).toMatchObject({ status: 'active', pending_update: null })
  })
})

test('an invoice that was given up owes nothing: failing once more, it leaves the subscription active', async () => {
  const life = await startOwing()
  await life.stripe.invoices.markUncollectible(life.owed)
  await failure(life.stripe.invoices.pay(life.owed))
  expect((await life.now()).status).toBe('active')
})
