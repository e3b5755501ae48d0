import { describe, expect, test } from 'vitest'
import { hiddenFields, openPage, type PageAnswer, postForm } from '../support/pages.ts'
import { demoProducts, offersPlans, startPortal } from '../support/portal.ts'
import { typesOf } from '../support/shop.ts'

const starter = 'price_demo_starter_monthly'
const team = 'price_demo_team_monthly'
const yearly = 'price_demo_team_yearly'
const onStarter = { items: [{ price: starter }] }

/** A subscriber of Starter in front of the page that confirms a change. */
async function beforeChange(
  wish: string,
  features = offersPlans(),
  subscription: Parameters<typeof startPortal>[1] = onStarter,
) {
  const life = await startPortal(features, subscription)
  const { url, at } = await life.plan()
  const page = await openPage(`${at}/update/confirm?${wish}`)
  await life.newEvents()
  return {
    ...life,
    url,
    at,
    page,
    confirm: (fields = hiddenFields(page)) => postForm(`${at}/update/confirm`, fields),
    follow: async ({ location }: PageAnswer) => openPage(new URL(location ?? '', url).href),
  }
}

describe('changing the plan in the portal', () => {
  test('begins with the plans and the number of seats to choose from', async () => {
    const life = await startPortal(offersPlans(), onStarter)
    const { url, at } = await life.plan()
    expect((await openPage(url)).text).toContain('Update plan')
    const { text } = await openPage(`${at}/update`)
    expect(text).toMatch(
      /You have Larkspur Starter at \$9\.00 per month\..* Larkspur Starter Current plan \$9\.00 per month Larkspur Team \$29\.00 per month Larkspur Team \$290\.00 per year Quantity 1 or more/,
    )
  })

  test('shows what is due now and next time, and charges exactly that', async () => {
    const { page, confirm, follow, invoices } = await beforeChange(`price=${team}&quantity=2`)
    expect(page.text).toContain('Remaining time on 2 × Larkspur Team after 31 Jan 2027 $58.00')
    expect(page.text).toContain('Due today $49.00 Next payment $58.00 on February 28, 2027.')
    expect(page.text).toContain('Pay $49.00 and change plan')
    expect((await follow(await confirm())).text).toContain('Your plan has changed. Current subscription')
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 4900 })
  })

  test('announces the change as Stripe does', async () => {
    const { confirm, newEvents } = await beforeChange(`price=${team}`)
    await confirm()
    const events = await newEvents()
    expect(typesOf(events).slice(0, 4)).toEqual([
      'invoiceitem.created',
      'invoiceitem.created',
      'customer.subscription.updated',
      'invoice.created',
    ])
    expect(events.every(({ request }) => request?.id === null)).toBe(true)
  })

  test('charges nothing today where the configuration bills the difference next time', async () => {
    const features = offersPlans({ proration_behavior: 'create_prorations' })
    const { page, confirm, invoices } = await beforeChange(`price=${team}`, features)
    expect(page.text).toContain('Nothing is charged today.')
    expect(page.text).toContain('Due on February 28, 2027 $49.00')
    await confirm()
    expect(await invoices()).toHaveLength(1)
  })

  test('to another interval begins a new period today', async () => {
    const { page, confirm, now } = await beforeChange(`price=${yearly}`)
    expect(page.text).toContain('Due today $281.00 Next payment $290.00 on January 31, 2028.')
    await confirm()
    expect((await now()).items.data[0]?.price.id).toBe(yearly)
  })

  test('keeps what a cheaper plan leaves over as credit', async () => {
    const { page, confirm, stripe, customer } = await beforeChange(`price=${starter}`, offersPlans(), {})
    expect(page.text).toContain('Kept as credit $20.00 Due today $0.00')
    await confirm()
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -2000 })
  })

  test('says that a free trial ends with it, and charges the first period', async () => {
    const { page, confirm, now } = await beforeChange(`price=${team}`, offersPlans(), {
      ...onStarter,
      trial_period_days: 14,
    })
    expect(page.text).toContain('Your free trial ends with this change.')
    expect(page.text).toContain('Due today $29.00')
    await confirm()
    expect((await now()).status).toBe('active')
  })

  test('leaves a free trial alone where the configuration says so', async () => {
    const features = offersPlans({ trial_update_behavior: 'continue_trial' })
    const trial = { ...onStarter, trial_period_days: 14 }
    const { page, confirm, now } = await beforeChange(`price=${team}`, features, trial)
    expect(page.text).toContain('Nothing is charged today. Next payment $29.00 on February 14, 2027.')
    await confirm()
    expect((await now()).status).toBe('trialing')
  })
})

describe('a plan change that does not happen', () => {
  test('costs something else by now: the new amounts are shown, and nothing is done', async () => {
    const { confirm, now, page, stripe, customer } = await beforeChange(`price=${team}`)
    await stripe.customers.update(customer.id, { balance: -500 })
    const answer = await confirm()
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringMatching(/The amounts have changed.*Paid from your credit -\$5\.00 Due today \$15\.00/),
    ])
    expect((await now()).items.data[0]?.price.id).toBe(starter)
    expect((await confirm({ ...hiddenFields(page), due: '1' })).status).toBe(409)
  })

  test('was shown more than a quarter of an hour ago', async () => {
    const { confirm, sandbox } = await beforeChange(`price=${team}`)
    await sandbox.advance({ minutes: 16 })
    expect((await confirm()).status).toBe(409)
  })

  test('is declined: nothing has changed, and the page says so', async () => {
    const { confirm, changeCard, now, invoices, newEvents } = await beforeChange(`price=${team}`)
    await changeCard('pm_card_chargeCustomerFail')
    const before = await now()
    await newEvents()
    const answer = await confirm()
    expect([answer.status, answer.text]).toEqual([
      402,
      expect.stringContaining('Your card was declined. Your plan has not changed.'),
    ])
    expect([await now(), (await invoices()).length, await newEvents()]).toEqual([before, 1, []])
  })

  test('has no card that could pay: there is a link to add one instead of the button', async () => {
    const { at, confirm, stripe, customer } = await beforeChange(`price=${team}`)
    const [card] = (await stripe.paymentMethods.list({ customer: customer.id })).data
    await stripe.paymentMethods.detach(card?.id ?? '')
    const { text } = await openPage(`${at}/update/confirm?price=${team}`)
    expect(text).toContain('Due today $20.00')
    expect(text).not.toContain('and change plan')
    expect((await confirm()).text).toContain('There is no card that can pay for this.')
  })

  test.each([
    ['quantity=0', 'Choose between 1 and 5.'],
    ['quantity=6', 'Choose between 1 and 5.'],
    ['quantity=many', 'Choose between 1 and 5.'],
    ['quantity=1', 'This is what you have already.'],
  ])('%s: %s', async (wish, message) => {
    const [product = { product: '', prices: [] }] = demoProducts
    const products = [{ ...product, adjustable_quantity: { enabled: true, maximum: 5 } }]
    const { page } = await beforeChange(`price=${starter}&${wish}`, offersPlans({ products }))
    expect([page.status, page.text.includes(message)]).toEqual([400, true])
  })

  test('is to a price that the configuration does not list', async () => {
    const { page, confirm } = await beforeChange('price=price_demo_team_monthly_2024')
    expect(page.status).toBe(400)
    expect(
      (await confirm({ price: 'price_demo_team_monthly_2024', due: '0', next: '0', at: '0' })).status,
    ).toBe(400)
  })
})

describe('a plan change that the bank asks about', () => {
  const challenged = async () => {
    const life = await beforeChange(`price=${team}`)
    await life.changeCard('pm_card_threeDSecure2Required')
    await life.newEvents()
    const { location } = await life.confirm()
    const answer = async (word: 'succeed' | 'fail') =>
      life.follow(await postForm(new URL(location ?? '', life.url).href, { answer: word }))
    return { ...life, answer }
  }

  test('happens after the answer', async () => {
    const { answer, now, invoices, newEvents } = await challenged()
    expect((await now()).items.data[0]?.price.id).toBe(starter)
    expect((await answer('succeed')).text).toContain('Your plan has changed.')
    expect((await now()).items.data[0]?.price.id).toBe(team)
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 2000 })
    expect(typesOf(await newEvents())).toContain('customer.subscription.pending_update_applied')
  })

  test('does not happen when the answer is no, and nothing is left to pay', async () => {
    const { answer, now, invoices } = await challenged()
    const { text } = await answer('fail')
    expect(text).toContain('We are unable to authenticate your payment method.')
    expect(await now()).toMatchObject({
      status: 'active',
      pending_update: null,
      items: { data: [{ price: { id: starter } }] },
    })
    expect((await invoices()).map(({ status }) => status)).toEqual(['void', 'paid'])
  })

  test('can be confirmed again without an answer, and is paid once', async () => {
    const { at, changeCard, now, invoices } = await challenged()
    await changeCard('pm_card_visa')
    const page = await openPage(`${at}/update/confirm?price=${team}`)
    expect(page.text).toContain('Due today $20.00')
    await postForm(`${at}/update/confirm`, hiddenFields(page))
    expect((await now()).items.data[0]?.price.id).toBe(team)
    expect((await invoices()).map(({ status }) => status)).toEqual(['paid', 'void', 'paid'])
  })
})

describe('a plan that the portal cannot change', () => {
  test.each([
    ['has two products', { items: [{ price: starter }, { price: team }] }],
    ['is paid by sent invoices', { ...onStarter, collection_method: 'send_invoice', days_until_due: 7 }],
    ['is set to end', { ...onStarter, cancel_at_period_end: true }],
  ] as const)('%s', async (_, { items, ...others }) => {
    const life = await startPortal(offersPlans(), { items: [...items], ...others })
    const { url, at } = await life.plan()
    expect((await openPage(url)).text).not.toContain('Update plan')
    expect((await openPage(`${at}/update`)).status).toBe(403)
  })

  test('is in a portal without plan changes', async () => {
    const life = await startPortal({ subscription_cancel: { enabled: true } })
    const { at } = await life.plan()
    const answers = await Promise.all([
      openPage(`${at}/update/confirm?price=${team}`),
      postForm(`${at}/update/confirm`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
  })
})
