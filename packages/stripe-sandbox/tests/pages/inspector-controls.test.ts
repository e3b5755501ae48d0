import { describe, expect, test } from 'vitest'
import { openPage, postForm } from '../support/pages.ts'
import { startShop } from '../support/shop.ts'
import { start } from '../support/start.ts'

describe('the clock of the inspector', () => {
  test('moves by a button, and what is due happens', async () => {
    const { sandbox, stripe, customerWithCard } = await startShop()
    const { id: customer } = await customerWithCard()
    const items = [{ price: 'price_demo_team_monthly' }]
    await stripe.subscriptions.create({ customer, items })
    const said = await postForm(`${sandbox.url}/inspector/controls/clock`, { by: '31 days' })
    expect((await openPage(new URL(said.location ?? '', sandbox.url).href)).text).toContain('Mar 3, 2027')
    expect((await stripe.invoices.list({ customer })).data).toHaveLength(2)
  })

  test('moves to a moment', async () => {
    const { sandbox } = await startShop()
    await postForm(`${sandbox.url}/inspector/controls/clock`, { to: '2027-05-01T08:30' })
    expect(new Date(sandbox.now() * 1000).toISOString()).toBe('2027-05-01T08:30:00.000Z')
  })

  test.each([
    ['2020-01-01T00:00', 'Time only goes forward'],
    ['soon', 'That is no date and time'],
  ])('says why it does not go to %s', async (to, problem) => {
    const { sandbox } = await startShop()
    expect((await postForm(`${sandbox.url}/inspector/controls/clock`, { to })).text).toContain(problem)
  })

  test('shows test clocks', async () => {
    const { sandbox, stripe } = await start()
    await stripe.testHelpers.testClocks.create({ frozen_time: Date.UTC(2031, 0, 1) / 1000, name: 'a year' })
    expect((await openPage(sandbox.url)).text).toContain('a year Jan 1, 2031')
  })
})

describe('the faults of the inspector', () => {
  test('are switched on, shown, and switched off', async () => {
    const { sandbox } = await start()
    const url = `${sandbox.url}/inspector/controls/faults`
    await postForm(url, { fault: 'deliver_twice', percent: '30', count: '2', eventType: 'invoice.*' })
    expect((await openPage(sandbox.url)).text).toContain(
      'deliver_twice 30 %, 2 times, invoice.* struck 0 of 0',
    )
    const [rule] = sandbox.faults.list()
    await postForm(url, { remove: rule?.id ?? '' })
    expect(sandbox.faults.list()).toEqual([])
  })

  test('are all switched off at once', async () => {
    const { sandbox } = await start()
    sandbox.faults.add({ fault: 'stall' })
    await postForm(`${sandbox.url}/inspector/controls/faults`, { do: 'clear' })
    expect(sandbox.faults.list()).toEqual([])
  })

  test.each([
    [{ fault: 'earthquake' }, 'There is no fault earthquake.'],
    [{ fault: 'stall', percent: '100', eventType: 'invoice.*' }, 'eventType'],
  ])('say what is wrong with %j', async (fields, problem) => {
    const { sandbox } = await start()
    expect((await postForm(`${sandbox.url}/inspector/controls/faults`, fields)).text).toContain(problem)
  })
})
