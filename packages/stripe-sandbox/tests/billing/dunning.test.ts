import { describe, expect, test } from 'vitest'
import type { SandboxOptions } from '../../src/index.ts'
import { startLife } from '../support/lives.ts'

/** A subscriber whose card fails from the first renewal on. */
async function startFailing(billing: SandboxOptions['billing'] = {}, card = 'pm_card_chargeCustomerFail') {
  const life = await startLife({}, { billing: { upcomingInvoiceDays: null, ...billing } })
  await life.changeCard(card)
  await life.newEvents()
  return life
}

describe('a renewal that fails', () => {
  test('makes the subscription past due and is tried again by the schedule', async () => {
    const life = await startFailing()
    const failed = (events: string[]) => events.filter((each) => each.endsWith('invoice.payment_failed'))
    expect(failed(await life.pass({ days: 45 }))).toEqual([
      '2027-02-28T13:00:00 invoice.payment_failed',
      '2027-03-03T13:00:00 invoice.payment_failed',
      '2027-03-08T13:00:00 invoice.payment_failed',
      '2027-03-15T13:00:00 invoice.payment_failed',
    ])
  })

  test('says when it is tried next, and null after the last time', async () => {
    const life = await startFailing({ retryAfterDays: [3], afterLastRetry: 'past_due' })
    await life.pass({ days: 29 })
    const [first] = await life.invoices()
    expect(first).toMatchObject({ attempt_count: 1, status: 'open' })
    expect(first?.next_payment_attempt).toBe(Date.UTC(2027, 2, 3, 13) / 1000)
    await life.pass({ days: 5 })
    expect((await life.invoices())[0]).toMatchObject({ attempt_count: 2, next_payment_attempt: null })
  })

  test('each attempt gives its events, the first the change of status too', async () => {
    const life = await startFailing()
    const events = (await life.pass({ days: 28, hours: 2 })).map((each) => each.split(' ')[1])
    expect(events.slice(-5)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'invoice.payment_failed',
      'invoice.updated',
      'customer.subscription.updated',
    ])
  })

  test.each([
    ['cancel', 'canceled'],
    ['unpaid', 'unpaid'],
    ['past_due', 'past_due'],
    ['pause', 'paused'],
  ] as const)('for the last time: %s', async (afterLastRetry, status) => {
    const life = await startFailing({ retryAfterDays: [1], afterLastRetry })
    await life.pass({ days: 30 })
    expect(await life.now()).toMatchObject({ status })
    expect((await life.invoices())[0]).toMatchObject({ status: 'open', auto_advance: false })
  })

  test('and ends the subscription says why', async () => {
    const life = await startFailing({ retryAfterDays: [] })
    await life.pass({ days: 29 })
    expect(await life.now()).toMatchObject({ cancellation_details: { reason: 'payment_failed' } })
  })

  test('is paid by the next attempt once there is a new card, and all is well again', async () => {
    const life = await startFailing()
    await life.pass({ days: 29 })
    expect(await life.now()).toMatchObject({ status: 'past_due' })
    await life.changeCard('pm_card_visa')
    await life.pass({ days: 4 })
    expect(await life.now()).toMatchObject({ status: 'active' })
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid', attempt_count: 2 })
  })

  test('can be paid at once, and the schedule stops', async () => {
    const life = await startFailing()
    await life.pass({ days: 29 })
    await life.changeCard('pm_card_visa')
    const [open] = await life.invoices()
    await life.stripe.invoices.pay(open?.id ?? '')
    expect(await life.now()).toMatchObject({ status: 'active' })
    await life.newEvents()
    expect(await life.pass({ days: 10 })).toEqual([])
  })

  test('unpaid, its later invoices stay drafts; paying the latest brings it back', async () => {
    const life = await startFailing({ retryAfterDays: [1], afterLastRetry: 'unpaid' })
    await life.pass({ days: 62 })
    const [draft] = await life.invoices()
    expect(draft).toMatchObject({ status: 'draft', auto_advance: false })
    expect(await life.now()).toMatchObject({ status: 'unpaid' })
  })

  test('with no card at all fails without a charge', async () => {
    const life = await startLife({}, { billing: { upcomingInvoiceDays: null } })
    const [card] = (await life.stripe.paymentMethods.list({ customer: life.customer.id })).data
    await life.stripe.paymentMethods.detach(card?.id ?? '')
    await life.newEvents()
    const events = (await life.pass({ days: 28, hours: 2 })).map((each) => each.split(' ')[1])
    expect(events).not.toContain('charge.failed')
    expect(events).toContain('invoice.payment_failed')
  })

  test('that needs the holder says so', async () => {
    const life = await startFailing({}, 'pm_card_authenticationRequired')
    const events = (await life.pass({ days: 28, hours: 2 })).map((each) => each.split(' ')[1])
    expect(events).toContain('invoice.payment_action_required')
    expect(events).toContain('invoice.payment_failed')
    expect(await life.now()).toMatchObject({ status: 'past_due' })
  })
})

test('an invoice that is given up makes its subscription active again', async () => {
  const life = await startFailing()
  await life.pass({ days: 29 })
  const [open] = await life.invoices()
  await life.stripe.invoices.voidInvoice(open?.id ?? '')
  expect(await life.now()).toMatchObject({ status: 'active' })
})
