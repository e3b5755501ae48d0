import { beforeEach, describe, expect, test } from 'vitest'
import { useApi } from '../support/api.ts'
import { standingClock } from '../support/clock.ts'
import { mirror } from '../support/mirror.ts'

const clock = standingClock('2024-01-20T00:00:00Z')
const api = useApi({ clock, policy: { pastDueGraceDays: 3 } })

beforeEach(async () => {
  await api.database.db.pool.query(
    `truncate billhook.products, billhook.subscriptions, billhook.invoices, billhook.invoice_payments, billhook.payments,
      billhook.disputes, billhook.checkout_sessions`,
  )
  clock.set('2024-01-20T00:00:00Z')
  await mirror.product(api.database.db, { features: '["Exports", "Seats"]' })
})

test('who has nothing has no access', async () => {
  expect(await read()).toEqual({ has_access: false, features: [], grants: [], changes_at: null })
})

test('a subscription gives the features of every product in it', async () => {
  const { db } = api.database
  await mirror.product(db, { id: 'prod_addon', features: '["Audit log"]' })
  await mirror.subscription(db, { product_ids: ['prod_xxxxxx', 'prod_addon'], cancel_at_period_end: true })
  const until = '2024-02-01T00:00:00Z'
  expect(await read()).toEqual({
    has_access: true,
    features: ['Audit log', 'Exports', 'Seats'].map((name) => ({ name, until, sources: ['sub_xxxxxx'] })),
    grants: [
      {
        source: 'subscription',
        id: 'sub_xxxxxx',
        price_id: 'price_xxxxxx',
        product_ids: ['prod_xxxxxx', 'prod_addon'],
        features: ['Audit log', 'Exports', 'Seats'],
        is_granted: true,
        reason: 'active',
        until,
      },
    ],
    changes_at: null,
  })
})

test('the grace counts from the oldest unpaid invoice, and ends by itself', async () => {
  const { db } = api.database
  await mirror.subscription(db, { status: 'past_due' })
  await mirror.invoice(db, {
    id: 'in_2',
    status: 'open',
    stripe_created_at: new Date('2024-01-19T00:00:00Z'),
  })
  await mirror.invoice(db, {
    id: 'in_1',
    status: 'open',
    stripe_created_at: new Date('2024-01-18T00:00:00Z'),
  })
  await mirror.invoice(db, {
    id: 'in_0',
    status: 'void',
    stripe_created_at: new Date('2024-01-01T00:00:00Z'),
  })
  expect(await read()).toMatchObject({ has_access: true, changes_at: '2024-01-21T00:00:00Z' })
  clock.set('2024-01-21T00:00:00Z')
  expect(await read()).toMatchObject({
    has_access: false,
    changes_at: null,
    grants: [{ reason: 'past_due_grace_over', until: '2024-01-21T00:00:00Z' }],
  })
})

describe('the grace of a subscription that is past due', () => {
  const at = (day: string) => ({ stripe_created_at: new Date(`${day}T00:00:00Z`) })
  const IN_GRACE = { has_access: true, changes_at: '2024-01-22T00:00:00Z' }

  test('counts nothing from before the newest paid period: Stripe goes by the latest invoice, too', async () => {
    const { db } = api.database
    await mirror.subscription(db, { status: 'past_due' })
    await mirror.invoice(db, { id: 'in_old', status: 'open', ...at('2023-11-19') })
    const change = { id: 'in_change', status: 'open', billing_reason: 'subscription_update' }
    await mirror.invoice(db, { ...change, ...at('2023-12-01') })
    await mirror.invoice(db, { id: 'in_paid', ...at('2023-12-19') })
    await mirror.invoice(db, { id: 'in_new', status: 'open', ...at('2024-01-19') })
    expect(await read()).toMatchObject(IN_GRACE)
  })

  test('is not begun anew by what was paid within the period, given up, voided or not asked for', async () => {
    const { db } = api.database
    await mirror.subscription(db, { status: 'past_due' })
    await mirror.invoice(db, { id: 'in_old', status: 'open', ...at('2023-11-19') })
    await mirror.invoice(db, { id: 'in_change', billing_reason: 'subscription_update', ...at('2023-11-20') })
    for (const [index, status] of ['uncollectible', 'void', 'draft'].entries())
      await mirror.invoice(db, { id: `in_${status}`, status, ...at(`2023-12-1${index}`) })
    await mirror.invoice(db, { id: 'in_new', status: 'open', ...at('2024-01-19') })
    expect(await read()).toMatchObject({
      has_access: false,
      grants: [{ reason: 'past_due_grace_over', until: '2023-11-22T00:00:00Z' }],
    })
  })

  test('does not count what was billed by hand, which says nothing about the subscription', async () => {
    const { db } = api.database
    await mirror.subscription(db, { status: 'past_due' })
    await mirror.invoice(db, { id: 'in_hand', status: 'open', billing_reason: 'manual', ...at('2024-01-02') })
    await mirror.invoice(db, { id: 'in_new', status: 'open', ...at('2024-01-19') })
    expect(await read()).toMatchObject(IN_GRACE)
  })

  test('counts a change that could not be charged within the second of the period that was', async () => {
    const { db } = api.database
    await mirror.subscription(db, {
      status: 'past_due',
      current_period_start: new Date('2024-01-01T00:00:00Z'),
    })
    await mirror.invoice(db, { id: 'in_paid', ...at('2024-01-19') })
    const change = { id: 'in_change', status: 'open', billing_reason: 'subscription_update' }
    await mirror.invoice(db, { ...change, ...at('2024-01-19') })
    expect(await read()).toMatchObject(IN_GRACE)
  })
})

describe('money that was given back', () => {
  test('ends the period that it paid for, and the next paid period begins anew', async () => {
    const { db } = api.database
    await mirror.subscription(db)
    await mirror.payment(db, { id: 'pi_1', amount_refunded_minor: 2999 })
    await mirror.invoice(db, { id: 'in_1' }, { paidBy: 'pi_1' })
    expect(await read()).toMatchObject({ has_access: false, grants: [{ reason: 'refunded' }] })

    const later = { stripe_created_at: new Date('2024-01-15T00:00:00Z') }
    await mirror.payment(db, { id: 'pi_2' })
    await mirror.invoice(db, { id: 'in_2', ...later }, { paidBy: 'pi_2' })
    expect(await read()).toMatchObject({ has_access: true })
  })

  test('stays given back while the next invoice is open, given up or void: an invoice alone is no payment', async () => {
    const { db } = api.database
    await mirror.subscription(db, { status: 'past_due' })
    await mirror.payment(db, { id: 'pi_1', amount_refunded_minor: 2999 })
    await mirror.invoice(db, { id: 'in_1' }, { paidBy: 'pi_1' })
    await mirror.invoice(db, { id: 'in_2', status: 'open', stripe_created_at: clock.now() })
    for (const status of ['open', 'uncollectible', 'void']) {
      await db.query.updateTable('invoices').set({ status }).where('id', '=', 'in_2').execute()
      expect(await read()).toMatchObject({ has_access: false, grants: [{ reason: 'refunded' }] })
    }
  })

  test('for a month ends nothing of the year that followed it, also while its renewal is a draft', async () => {
    const { db } = api.database
    const yearEnds = new Date('2025-01-10T00:00:00Z')
    await mirror.subscription(db, { current_period_start: yearEnds })
    await mirror.payment(db, { id: 'pi_1', amount_refunded_minor: 2999 })
    await mirror.payment(db, { id: 'pi_2' })
    await mirror.invoice(db, { id: 'in_1', billing_reason: 'subscription_create' }, { paidBy: 'pi_1' })
    const created = new Date('2024-01-10T00:00:00Z')
    const year = {
      period: { end: unix(yearEnds) },
      parent: { subscription_item_details: { proration: false } },
    }
    await mirror.invoice(
      db,
      {
        ...{ id: 'in_2', billing_reason: 'subscription_update', stripe_created_at: created },
        raw: JSON.stringify({ created: unix(created), lines: { data: [year] } }),
      },
      { paidBy: 'pi_2' },
    )
    await mirror.invoice(db, { id: 'in_3', status: 'draft', stripe_created_at: yearEnds })
    expect(await read()).toMatchObject({ has_access: true })
  })

  test('for a plan change ends nothing', async () => {
    const { db } = api.database
    await mirror.subscription(db)
    await mirror.payment(db, { id: 'pi_1', amount_refunded_minor: 2999 })
    await mirror.invoice(db, { id: 'in_1', billing_reason: 'subscription_update' }, { paidBy: 'pi_1' })
    expect(await read()).toMatchObject({ has_access: true })
  })

  test('counts together with what lost disputes took', async () => {
    const { db } = api.database
    await mirror.subscription(db)
    await mirror.payment(db, { id: 'pi_1', amount_refunded_minor: 999 })
    await mirror.invoice(db, { id: 'in_1' }, { paidBy: 'pi_1' })
    await mirror.dispute(db, { id: 'du_1', payment_id: 'pi_1', amount_minor: 1999 })
    await mirror.dispute(db, { id: 'du_2', payment_id: 'pi_1', amount_minor: 1, status: 'needs_response' })
    expect(await read()).toMatchObject({ has_access: true })

    await db.query.updateTable('disputes').set({ status: 'lost' }).where('id', '=', 'du_2').execute()
    expect(await read()).toMatchObject({ has_access: false, grants: [{ reason: 'dispute_lost' }] })
  })

  test.each(['appeal_needs_response', 'appeal_under_review'])(
    'stays lost while that is appealed: %s',
    async (status) => {
      const { db } = api.database
      await mirror.subscription(db)
      await mirror.payment(db, { id: 'pi_1' })
      await mirror.invoice(db, { id: 'in_1' }, { paidBy: 'pi_1' })
      await mirror.dispute(db, { id: 'du_1', payment_id: 'pi_1', status })
      expect(await read()).toMatchObject({ has_access: false, grants: [{ reason: 'dispute_lost' }] })
    },
  )

  test('in another currency is all of it: amounts of two currencies do not add up', async () => {
    const { db } = api.database
    await mirror.subscription(db)
    await mirror.payment(db, { id: 'pi_1' })
    await mirror.invoice(db, { id: 'in_1' }, { paidBy: 'pi_1' })
    await mirror.dispute(db, { id: 'du_1', payment_id: 'pi_1', currency: 'eur', amount_minor: 2750 })
    expect(await read()).toMatchObject({ has_access: false, grants: [{ reason: 'dispute_lost' }] })
  })

  test('ends a purchase, and no other', async () => {
    const { db } = api.database
    await mirror.payment(db, { id: 'pi_1', amount_refunded_minor: 2999 })
    await mirror.payment(db, { id: 'pi_2', amount_refunded_minor: 2998 })
    await mirror.session(db, { id: 'cs_1', payment_id: 'pi_1' })
    await mirror.session(db, { id: 'cs_2', payment_id: 'pi_2' })
    expect(await read()).toMatchObject({
      features: [{ name: 'Exports', until: null, sources: ['cs_2'] }, { name: 'Seats' }],
      grants: [
        { source: 'purchase', id: 'cs_1', is_granted: false, reason: 'refunded' },
        { source: 'purchase', id: 'cs_2', is_granted: true, reason: 'purchased' },
      ],
    })
  })
})

test('a Checkout that is open, or not paid yet, gives nothing', async () => {
  const { db } = api.database
  await mirror.session(db, { id: 'cs_open', status: 'open', payment_status: 'unpaid' })
  await mirror.session(db, { id: 'cs_late', payment_status: 'unpaid' })
  expect(await read()).toMatchObject({
    has_access: false,
    grants: [{ id: 'cs_late', reason: 'payment_pending' }],
  })
})

test("what is another owner's gives nothing", async () => {
  const { db } = api.database
  await mirror.subscription(db, { owner_id: 'bob' })
  await mirror.session(db, { id: 'cs_1', owner_id: 'bob' })
  expect(await read()).toMatchObject({ has_access: false, grants: [] })
})

test('strangers learn nothing', async () => {
  expect(await api.request('GET', '/payments/access')).toMatchObject({ status: 401 })
})

const unix = (time: Date) => time.getTime() / 1000

async function read(): Promise<unknown> {
  const { status, body } = await api.request('GET', '/payments/access', { as: 'ann' })
  expect(status).toBe(200)
  return body
}
