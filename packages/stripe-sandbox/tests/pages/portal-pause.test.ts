import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { iso } from '../support/lives.ts'
import { openPage, postForm } from '../support/pages.ts'
import { startPortal } from '../support/portal.ts'
import { typesOf } from '../support/shop.ts'

type Pause = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionPause

/** The plan of a subscriber, a fortnight into February, in a portal that pauses like this. */
async function withPause(pause: Partial<Pause> = {}) {
  const life = await startPortal({
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true },
    subscription_pause: { enabled: true, ...pause },
  })
  await life.sandbox.advance({ days: 14 })
  const plan = await life.plan()
  await life.newEvents()
  return { ...life, ...plan }
}

const indefinite = { duration: { type: 'indefinite' } } as const

describe('pausing a plan', () => {
  test('stops it at once, with credit for the time that is left, as the page said', async () => {
    const { at, url, now, newEvents, stripe } = await withPause(indefinite)
    const page = await openPage(`${at}/pause`)
    expect(page.text).toContain('For the time that is left, $14.50 is taken off your next invoice.')
    expect(page.text).toContain('Until you resume it')
    expect((await postForm(`${at}/pause`, { duration: '0' })).status).toBe(303)
    expect(await now()).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'pause_requested' } } },
    })
    expect(typesOf(await newEvents())).toEqual([
      'invoiceitem.created',
      'customer.subscription.paused',
      'customer.subscription.updated',
    ])
    expect((await stripe.invoiceItems.list({ pending: true })).data[0]?.amount).toBe(-1450)
    expect((await openPage(url)).text).toContain('Your plan is paused. Nothing is charged until it goes on.')
  })

  test('for one of the times that are offered, goes on and is charged when that is over', async () => {
    const { at, url, now, pass, invoices } = await withPause({
      duration: {
        type: 'interval_options',
        interval_options: [{ interval: 'week' }, { interval: 'month', interval_count: 2 }],
      },
    })
    expect((await openPage(`${at}/pause`)).text).toContain('1 week, until February 21, 2027')
    await postForm(`${at}/pause`, { duration: '1' })
    expect((await openPage(url)).text).toContain('Your plan is paused until April 14, 2027.')
    expect(await pass({ days: 58 })).toEqual([])
    await pass({ days: 1 })
    const resumed = await now()
    expect([resumed.status, iso(resumed.billing_cycle_anchor)]).toEqual(['active', '2027-04-14T12:00:00'])
    expect((await invoices())[0]).toMatchObject({ status: 'paid', total: 2900 - 1450 })
  })

  test('that went on earlier is not ended a second time', async () => {
    const { at, born, stripe, pass, invoices } = await withPause()
    await postForm(`${at}/pause`, { duration: '0' })
    await stripe.subscriptions.resume(born.id, { payment_behavior: 'resume_on_payment_success' })
    await stripe.subscriptions.pause(born.id)
    await pass({ days: 60 })
    expect((await stripe.subscriptions.retrieve(born.id)).status).toBe('paused')
    expect(await invoices()).toHaveLength(2)
  })

  test('for a time that is not offered is refused', async () => {
    const { at, now } = await withPause()
    expect((await postForm(`${at}/pause`, { duration: '1' })).status).toBe(409)
    expect((await postForm(`${at}/pause`)).status).toBe(409)
    expect((await now()).status).toBe('active')
  })

  test('is not offered where the configuration does not, or the plan is to end', async () => {
    const off = await withPause({ enabled: false })
    expect((await openPage(off.url)).text).not.toContain('Pause plan')
    expect((await postForm(`${off.at}/pause`, { duration: '0' })).status).toBe(403)
    const ending = await withPause()
    await ending.stripe.subscriptions.update(ending.born.id, { cancel_at_period_end: true })
    expect((await openPage(`${ending.at}/pause`)).status).toBe(403)
    expect((await postForm(`${ending.at}/pause`, { duration: '0' })).status).toBe(409)
  })
})

describe('a paused plan', () => {
  test('goes on when its customer says so', async () => {
    const { at, url, now, invoices, sandbox } = await withPause(indefinite)
    await postForm(`${at}/pause`, { duration: '0' })
    await sandbox.advance({ minutes: 30 })
    expect((await openPage(url)).text).toContain('Resume plan')
    expect((await postForm(`${at}/resume`)).location).toContain('done=resumed')
    expect((await now()).status).toBe('active')
    expect((await invoices())[0]).toMatchObject({ status: 'paid', total: 2900 - 1450 })
  })

  test('stays paused while nobody pays for it, and says which invoice is open', async () => {
    const { at, url, now, changeCard, stripe, invoices } = await withPause(indefinite)
    await postForm(`${at}/pause`, { duration: '0' })
    await changeCard('pm_card_chargeCustomerFail')
    expect((await postForm(`${at}/resume`)).status).toBe(409)
    expect((await now()).status).toBe('paused')
    const page = await openPage(url)
    expect(page.text).toContain('The last payment did not go through. Pay the open invoice')
    expect(page.text).not.toContain('Resume plan')
    await changeCard('pm_card_visa')
    await stripe.invoices.pay((await invoices())[0]?.id ?? '')
    expect((await now()).status).toBe('active')
  })
})

test('a link for pausing leads to nothing else, and back to the shop', async () => {
  const { open, born, now } = await withPause(indefinite)
  const { url } = await open({
    flow_data: {
      type: 'subscription_pause',
      subscription_pause: { subscription: born.id },
      after_completion: { type: 'redirect', redirect: { return_url: 'https://shop.example/paused' } },
    },
  })
  const at = `${url}/subscriptions/${born.id}`
  expect((await openPage(url)).location).toMatch(/\/pause$/)
  expect((await openPage(`${at}/cancel`)).status).toBe(403)
  await postForm(`${at}/pause`, { duration: '0' })
  expect((await now()).status).toBe('paused')
  expect((await openPage(url)).location).toBe('https://shop.example/paused')
})
