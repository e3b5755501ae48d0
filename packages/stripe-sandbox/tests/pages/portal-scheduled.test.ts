import { describe, expect, test } from 'vitest'
import { hiddenFields, openPage, postForm } from '../support/pages.ts'
import { offersPlans, startPortal } from '../support/portal.ts'
import { typesOf } from '../support/shop.ts'

const starter = 'price_demo_starter_monthly'
const team = 'price_demo_team_monthly'
const yearly = 'price_demo_team_yearly'

type Condition = 'decreasing_item_amount' | 'shortening_interval'

/** A subscriber in front of the page that confirms a change, where these conditions keep it for the end of the period. */
async function beforeChange(wish: string, conditions: Condition[], price = team) {
  const features = offersPlans({
    schedule_at_period_end: { conditions: conditions.map((type) => ({ type })) },
  })
  const life = await startPortal(features, { items: [{ price }] })
  await life.sandbox.advance({ days: 10 })
  const { url, at } = await life.plan()
  const page = await openPage(`${at}/update/confirm?${wish}`)
  await life.newEvents()
  return { ...life, url, at, page, confirm: () => postForm(`${at}/update/confirm`, hiddenFields(page)) }
}

describe('a plan change for the end of the period', () => {
  test('costs nothing now, and what the page showed then', async () => {
    const { page, confirm, now, invoices, sandbox } = await beforeChange(`price=${starter}`, [
      'decreasing_item_amount',
    ])
    expect(page.text).toContain('From February 28, 2027 Larkspur Starter at $9.00 per month')
    expect(page.text).toContain('Nothing is charged today. Next payment $9.00 on February 28, 2027.')
    await confirm()
    expect((await now()).items.data[0]?.price.id).toBe(team)
    expect(await invoices()).toHaveLength(1)
    await sandbox.advance({ days: 20 })
    const after = await now()
    expect([after.items.data[0]?.price.id, after.status]).toEqual([starter, 'active'])
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 900 })
  })

  test('is a schedule, which lets the subscription go when the new period is over', async () => {
    const { confirm, now, newEvents, stripe, sandbox } = await beforeChange(`price=${starter}`, [
      'decreasing_item_amount',
    ])
    await confirm()
    expect(typesOf(await newEvents())).toEqual([
      'subscription_schedule.created',
      'customer.subscription.updated',
    ])
    const id = (await now()).schedule as string
    expect((await stripe.subscriptionSchedules.retrieve(id)).phases).toHaveLength(2)
    await sandbox.advance({ days: 60 })
    expect([(await now()).schedule, (await now()).items.data[0]?.price.id]).toEqual([null, starter])
  })

  test('is neither changed again nor canceled before', async () => {
    const { url, at, confirm } = await beforeChange(`price=${starter}`, ['decreasing_item_amount'])
    await confirm()
    const { text } = await openPage(url)
    expect(text).toContain('A change is planned for February 28, 2027.')
    expect(text).not.toMatch(/Update plan|Cancel plan/)
    expect((await openPage(`${at}/update`)).status).toBe(403)
  })

  test.each([
    ['fewer seats', `price=${team}&quantity=1`, ['decreasing_item_amount'], false],
    ['a shorter interval', `price=${team}`, ['shortening_interval'], true],
    [
      'a shorter interval, of which only the amount is asked',
      `price=${team}`,
      ['decreasing_item_amount'],
      true,
    ],
  ] as const)('%s', async (name, wish, conditions, isYearly) => {
    const { page, stripe, born, item, at } = await beforeChange(
      wish,
      [...conditions],
      isYearly ? yearly : team,
    )
    if (!isYearly) {
      await stripe.subscriptions.update(born.id, { items: [{ id: item.id, quantity: 3 }] })
      expect((await openPage(`${at}/update/confirm?${wish}`)).text).toContain('From February 28, 2027')
    } else if (name === 'a shorter interval') {
      expect(page.text).toContain('From January 31, 2028 Larkspur Team at $29.00 per month')
    } else {
      expect(page.text).toContain('From now on Larkspur Team')
    }
  })

  test('is no upgrade: that is made at once', async () => {
    const conditions: Condition[] = ['decreasing_item_amount', 'shortening_interval']
    const { page, confirm, now } = await beforeChange(`price=${team}`, conditions, starter)
    expect(page.text).toContain('Pay $')
    await confirm()
    expect((await now()).items.data[0]?.price.id).toBe(team)
  })
})
