import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { openPage, postForm } from '../support/pages.ts'
import { startPortal } from '../support/portal.ts'

type Cancel = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionCancel

/** The plan of a subscriber, a fortnight into February, in a portal that cancels like this. */
async function withCancel(cancel: Partial<Cancel>) {
  const life = await startPortal({
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, ...cancel },
  })
  await life.sandbox.advance({ days: 14 })
  await life.newEvents()
  return { ...life, ...(await life.plan()) }
}

describe('canceling at once', () => {
  test('gives credit for the time that is left, as the page said', async () => {
    const { at, now, stripe, customer } = await withCancel({
      mode: 'immediately',
      proration_behavior: 'create_prorations',
    })
    expect((await openPage(`${at}/cancel`)).text).toContain(
      'Your plan ends at once. This cannot be undone. For the time that is left, $14.50 is taken off your next invoice.',
    )
    await postForm(`${at}/cancel`)
    expect((await now()).status).toBe('canceled')
    const preview = await stripe.invoiceItems.list({ customer: customer.id })
    expect(preview.data.map(({ amount }) => amount)).toEqual([-1450])
  })

  test('gives nothing back where the configuration does not prorate', async () => {
    const { at, now, newEvents } = await withCancel({ mode: 'immediately' })
    expect((await openPage(`${at}/cancel`)).text).not.toContain('time that is left')
    await postForm(`${at}/cancel`)
    expect((await now()).status).toBe('canceled')
    expect((await newEvents()).map(({ type }) => type)).toEqual([
      'billing_portal.session.created',
      'customer.subscription.deleted',
    ])
  })
})

describe('the reasons for canceling', () => {
  test('are kept only where the configuration asks for them', async () => {
    const { at, now } = await withCancel({})
    await postForm(`${at}/cancel`, { feedback: 'too_expensive', comment: 'No' })
    expect((await now()).cancellation_details).toMatchObject({ feedback: null, comment: null })
  })

  test('are those that the configuration offers', async () => {
    const { at, now } = await withCancel({
      cancellation_reason: { enabled: true, options: ['unused', 'other'] },
    })
    await postForm(`${at}/cancel`, { feedback: 'too_expensive', comment: 'No' })
    expect((await now()).cancellation_details).toMatchObject({ feedback: null, comment: 'No' })
  })
})

describe('reasons in the shop’s own words', () => {
  test('can be chosen, and are kept', async () => {
    const life = await startPortal({ payment_method_update: { enabled: true } })
    const { stripe, configuration } = life
    const moving = await stripe.billing.feedbackOptions.create({ description: 'We are moving abroad' })
    const old = await stripe.billing.feedbackOptions.create({ description: 'Out of date' })
    const features = (ids: string[]) => ({
      features: {
        subscription_cancel: {
          enabled: true,
          cancellation_reason: { enabled: true, feedback_options: ids, options: '' as const },
        },
      },
    })
    await stripe.billingPortal.configurations.update(configuration.id, features([moving.id, old.id]))
    expect(await stripe.billing.feedbackOptions.deactivate(old.id)).toMatchObject({ status: 'inactive' })
    const { at } = await life.plan()
    const page = await openPage(`${at}/cancel`)
    expect(page.text).toContain('We are moving abroad')
    expect(page.text).not.toContain('Out of date')
    await postForm(`${at}/cancel`, { feedback: moving.id })
    const canceled = await stripe.subscriptions.retrieve(life.born.id, {
      expand: ['cancellation_details.feedback_option'],
    })
    expect(canceled.cancellation_details).toMatchObject({ feedback: null, feedback_option: moving })
    const again = stripe.billingPortal.configurations.update(configuration.id, features([old.id]))
    await expect(again).rejects.toThrow('is inactive')
  })

  test('can be told through the API, and must be there', async () => {
    const { stripe, born } = await startPortal()
    const { id } = await stripe.billing.feedbackOptions.create({ description: 'Moving' })
    const details = (feedback_option: string) => ({ cancellation_details: { feedback_option } })
    await expect(stripe.subscriptions.cancel(born.id, details('fbo_none'))).rejects.toThrow('No such')
    const canceled = await stripe.subscriptions.cancel(born.id, details(id))
    expect(canceled.cancellation_details?.feedback_option).toBe(id)
    await stripe.billing.feedbackOptions.update(id, { description: 'Moved' })
    expect((await stripe.billing.feedbackOptions.list({ status: 'active' })).data).toMatchObject([
      { id, description: 'Moved' },
    ])
  })
})

describe('a subscription with a schedule', () => {
  test('that still has plans for it can be neither changed nor canceled', async () => {
    const { at, born, stripe, url, now } = await withCancel({})
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: born.id })
    const [phase] = schedule.phases
    await stripe.subscriptionSchedules.update(schedule.id, {
      phases: [
        {
          start_date: phase?.start_date ?? 0,
          end_date: phase?.end_date ?? 0,
          items: [{ price: 'price_demo_team_monthly' }],
        },
        { items: [{ price: 'price_demo_starter_monthly' }] },
      ],
    })
    expect((await openPage(url)).text).not.toContain('Cancel plan')
    expect((await openPage(`${at}/cancel`)).status).toBe(403)
    expect((await postForm(`${at}/cancel`)).status).toBe(409)
    expect((await now()).cancel_at).toBeNull()
  })
})

describe('the card that pays for a plan', () => {
  test('cannot be removed, also when it is the customer’s and not the plan’s own', async () => {
    const { url, stripe, customer } = await withCancel({})
    const [card] = (await stripe.paymentMethods.list({ customer: customer.id })).data
    expect((await postForm(`${url}/payment-methods/${card?.id}/remove`)).status).toBe(409)
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1)
  })
})
