import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { cards, hiddenFields, openPage, postForm, typedCard } from '../support/pages.ts'
import { offersPlans, startPortal } from '../support/portal.ts'
import { typesOf } from '../support/shop.ts'

type Flow = Stripe.BillingPortal.SessionCreateParams.FlowData

const starter = 'price_demo_starter_monthly'
const thanks = 'https://shop.example/thanks'
const redirect = { type: 'redirect', redirect: { return_url: thanks } } as const
const details = {
  customer_update: { enabled: true, allowed_updates: ['name', 'email'] },
} satisfies Stripe.BillingPortal.ConfigurationCreateParams.Features

/** A subscriber of Team with a link for a flow, followed as a browser follows it. */
async function withFlow(makeFlow: (life: Awaited<ReturnType<typeof startPortal>>) => Flow | Promise<Flow>) {
  const life = await startPortal({ ...offersPlans(), ...details })
  const { url } = await life.open({ flow_data: await makeFlow(life) })
  await life.newEvents()
  const at = (location: string | null) => new URL(location ?? '', url).href
  const follow = async (location: string | null) => {
    const page = await openPage(at(location))
    return page.location === null ? page : openPage(at(page.location))
  }
  return {
    ...life,
    url,
    at,
    follow,
    plan: `${url}/subscriptions/${life.born.id}`,
    /** Where the browser ends up after a form: an address elsewhere, or the text of a page. */
    end: async (answer: { location: string | null }) => {
      const next = await openPage(at(answer.location))
      return next.location ?? next.text
    },
  }
}

const cancelFlow = (id: string, after?: Flow['after_completion']): Flow => ({
  type: 'subscription_cancel',
  subscription_cancel: { subscription: id },
  ...(after ? { after_completion: after } : {}),
})

describe('a link for one flow', () => {
  test('leads to its page and to nothing else of the portal', async () => {
    const { url, plan, follow } = await withFlow(({ born }) => cancelFlow(born.id))
    const page = await follow(url)
    expect(page.text).toContain('Cancel Larkspur Team?')
    expect(page.markup).toContain('href="https://shop.example/account">Go back')
    expect(page.markup).not.toContain(`href="${new URL(url).pathname}"`)
    const others = await Promise.all([
      openPage(`${plan}/update`),
      openPage(`${url}/details`),
      openPage(`${url}/payment-methods`),
      postForm(`${url}/payment-methods`, typedCard()),
    ])
    expect(others.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })

  test('ends at the shop where it says so, every time', async () => {
    const { url, plan, end, now } = await withFlow(({ born }) => cancelFlow(born.id, redirect))
    const form = await openPage(`${plan}/cancel`)
    expect(form.headers.get('Content-Security-Policy')).toContain("form-action 'self' http: https:")
    expect(await end(await postForm(`${plan}/cancel`))).toBe(thanks)
    expect((await openPage(url)).location).toBe(thanks)
    expect((await now()).cancel_at).not.toBeNull()
  })

  test('ends with a message where it says so', async () => {
    const { plan, end } = await withFlow(({ born }) =>
      cancelFlow(born.id, {
        type: 'hosted_confirmation',
        hosted_confirmation: { custom_message: 'Come back soon' },
      }),
    )
    expect(await end(await postForm(`${plan}/cancel`))).toContain(
      'Your plan is canceled. Come back soon Return to shop.example',
    )
  })

  test('opens the whole portal afterwards where it says nothing', async () => {
    const { plan, end, url } = await withFlow(({ born }) => cancelFlow(born.id))
    expect(await end(await postForm(`${plan}/cancel`))).toContain('Your plan is canceled.')
    expect((await openPage(`${url}/details`)).status).toBe(200)
  })
})

describe('the flow of', () => {
  test('a card: it is added, also after a challenge, and the flow is over', async () => {
    const { url, follow, at, end } = await withFlow(() => ({
      type: 'payment_method_update',
      after_completion: redirect,
    }))
    expect((await follow(url)).text).toContain('Add a payment method')
    const asked = await postForm(`${url}/payment-methods`, typedCard(cards.authenticates))
    const failed = await postForm(at(asked.location), { answer: 'fail' })
    expect((await follow(failed.location)).text).toContain('We are unable to authenticate')
    const again = await postForm(`${url}/payment-methods`, typedCard(cards.authenticates))
    expect(await end(await postForm(at(again.location), { answer: 'succeed' }))).toBe(thanks)
  })

  test('the details', async () => {
    const { url, follow, end } = await withFlow(() => ({
      type: 'customer_update',
      after_completion: redirect,
    }))
    expect((await follow(url)).text).toContain('Update your billing information')
    const posted = await postForm(`${url}/details`, { name: 'Ada', email: 'ada@example.com' })
    expect(await end(posted)).toBe(thanks)
  })

  test('a plan change: choose, add another card, confirm', async () => {
    const { url, plan, follow, end, now } = await withFlow(({ born }) => ({
      type: 'subscription_update',
      subscription_update: { subscription: born.id },
      after_completion: redirect,
    }))
    expect((await follow(url)).text).toContain('Update your plan')
    const added = await postForm(`${url}/payment-methods`, typedCard('5555 5555 5555 4444'))
    expect((await follow(added.location)).text).toContain('Update your plan')
    const confirm = await openPage(`${plan}/update/confirm?price=${starter}`)
    expect(confirm.text).toContain('Paid with Mastercard •••• 4444')
    expect(await end(await postForm(`${plan}/update/confirm`, hiddenFields(confirm)))).toBe(thanks)
    expect((await now()).items.data[0]?.price.id).toBe(starter)
  })

  test('one change to confirm, with a coupon: the page cannot be talked into another', async () => {
    const { url, plan, follow, end, now, invoices, newEvents } = await withFlow(
      async ({ born, item, stripe }) => {
        const { id: coupon } = await stripe.coupons.create({ percent_off: 50, duration: 'forever' })
        return {
          type: 'subscription_update_confirm',
          subscription_update_confirm: {
            subscription: born.id,
            items: [{ id: item.id, quantity: 3 }],
            discounts: [{ coupon }],
          },
          after_completion: redirect,
        }
      },
    )
    const page = await follow(url)
    expect(page.text).toContain('3 × Larkspur Team at $87.00 per month Discount 50% off')
    expect(page.text).toContain('Due today $14.50 Next payment $43.50')
    expect((await openPage(`${plan}/update/confirm?price=${starter}&quantity=9`)).text).toContain(
      '3 × Larkspur Team',
    )
    const posted = await postForm(`${plan}/update/confirm`, { ...hiddenFields(page), quantity: '9' })
    expect(await end(posted)).toBe(thanks)
    const after = await now()
    expect([after.items.data[0]?.quantity, after.discounts.length]).toEqual([3, 1])
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 1450 })
    expect(typesOf(await newEvents())).toContain('customer.discount.created')
  })
})

describe('an offer to who wants to cancel', () => {
  const offered = () =>
    withFlow(async ({ born, stripe }) => {
      const { id: coupon } = await stripe.coupons.create({
        percent_off: 20,
        duration: 'repeating',
        duration_in_months: 3,
      })
      return {
        type: 'subscription_cancel',
        subscription_cancel: {
          subscription: born.id,
          retention: { type: 'coupon_offer', coupon_offer: { coupon } },
        },
        after_completion: redirect,
      }
    })

  test('is made first, and accepted instead', async () => {
    const { url, plan, follow, end, now, stripe, born } = await offered()
    expect((await follow(url)).text).toContain('Stay, and get 20% off for 3 months')
    expect(await end(await postForm(`${plan}/keep`))).toBe(thanks)
    expect(await now()).toMatchObject({ cancel_at: null, discounts: [expect.stringMatching(/^di_/)] })
    expect((await stripe.invoices.createPreview({ subscription: born.id })).total).toBe(2320)
  })

  test('can be declined', async () => {
    const { plan, now } = await offered()
    expect((await openPage(`${plan}/cancel?offer=declined`)).text).toContain('Cancel Larkspur Team?')
    await postForm(`${plan}/cancel`)
    expect((await now()).cancel_at).not.toBeNull()
  })
})

describe('a promotion code in the portal', () => {
  const beforeCode = async (allowed: ('price' | 'quantity' | 'promotion_code')[]) => {
    const life = await startPortal(offersPlans({ default_allowed_updates: allowed }))
    const { id: coupon } = await life.stripe.coupons.create({ percent_off: 10, duration: 'forever' })
    await life.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, code: 'STAY' })
    return { ...life, ...(await life.plan()) }
  }

  test('counts at once, as the page shows', async () => {
    const { at, now, invoices } = await beforeCode(['quantity', 'promotion_code'])
    expect((await openPage(`${at}/update`)).text).toContain('Promotion code (optional)')
    const page = await openPage(`${at}/update/confirm?price=price_demo_team_monthly&quantity=2&code=stay`)
    expect(page.text).toContain('Discount 10% off')
    expect(page.text).toContain('Due today $23.20 Next payment $52.20')
    await postForm(`${at}/update/confirm`, hiddenFields(page))
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 2320 })
    expect((await now()).discounts).toHaveLength(1)
  })

  test('that is none is refused at its field', async () => {
    const { at } = await beforeCode(['quantity', 'promotion_code'])
    const page = await openPage(`${at}/update/confirm?price=price_demo_team_monthly&quantity=2&code=nope`)
    expect([page.status, page.text.includes('This code is invalid.')]).toEqual([400, true])
  })

  test('is not asked for, nor taken, where the configuration does not allow it', async () => {
    const { at } = await beforeCode(['quantity'])
    expect((await openPage(`${at}/update`)).text).not.toContain('Promotion code')
    const page = await openPage(`${at}/update/confirm?price=price_demo_team_monthly&quantity=2&code=stay`)
    expect(page.text).toContain('Due today $29.00')
  })

  test('of a change that is not paid is not used up', async () => {
    const { at, changeCard, stripe, now } = await beforeCode(['quantity', 'promotion_code'])
    await changeCard('pm_card_chargeCustomerFail')
    const page = await openPage(`${at}/update/confirm?price=price_demo_team_monthly&quantity=2&code=stay`)
    expect((await postForm(`${at}/update/confirm`, hiddenFields(page))).status).toBe(402)
    const [code] = (await stripe.promotionCodes.list({ code: 'STAY' })).data
    expect([code?.times_redeemed, (await now()).discounts]).toEqual([0, []])
  })

  test('of a change that the bank refused is over with it', async () => {
    const { at, url, changeCard, now } = await beforeCode(['quantity', 'promotion_code'])
    await changeCard('pm_card_threeDSecure2Required')
    const page = await openPage(`${at}/update/confirm?price=price_demo_team_monthly&quantity=2&code=stay`)
    const { location } = await postForm(`${at}/update/confirm`, hiddenFields(page))
    expect((await now()).pending_update?.discounts).toHaveLength(1)
    await postForm(new URL(location ?? '', url).href, { answer: 'fail' })
    expect(await now()).toMatchObject({ discounts: [], pending_update: null })
    const again = await openPage(`${at}/update/confirm?price=price_demo_team_monthly&quantity=2&code=stay`)
    const asked = await postForm(`${at}/update/confirm`, hiddenFields(again))
    await postForm(new URL(asked.location ?? '', url).href, { answer: 'succeed' })
    expect((await now()).discounts).toHaveLength(1)
  })
})

describe('a link that is over', () => {
  test('is gone on with by who knows the email, where the session says so', async () => {
    const life = await startPortal()
    const { url } = await life.open({ after_expiration: { type: 'customer_login' } })
    await life.sandbox.advance({ minutes: 6 })
    expect((await openPage(url)).text).toContain('Enter the email address of your account to go on.')
    expect((await postForm(`${url}/login`, { email: 'eve@example.com' })).status).toBe(400)
    const { markup } = await postForm(`${url}/login`, { email: 'ada@example.com' })
    const link = /href="(\/p\/session\/[^"]+)"/.exec(markup)?.[1] ?? ''
    expect((await openPage(new URL(link, url).href)).text).toContain('Larkspur Team')
  })
})
