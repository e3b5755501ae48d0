import { expect, test } from 'vitest'
import { startLife } from '../support/lives.ts'
import { everythingConforms } from '../support/shop.ts'

const team = 'price_demo_team_monthly'
const yearly = 'price_demo_team_yearly'

test('an invoice shows its first ten lines, prorations first; all of them are a list of their own', async () => {
  const life = await startLife({ items: [{ price: team }] })
  for (let quantity = 2; quantity < 8; quantity++) {
    await life.sandbox.advance({ days: 1 })
    await life.stripe.subscriptionItems.update(life.item.id, { quantity })
  }
  await life.newEvents()
  await life.stripe.subscriptions.update(life.born.id, { items: [{ id: life.item.id, price: yearly }] })
  const [invoice] = await life.invoices()
  const [created] = (await life.newEvents()).filter(({ type }) => type === 'invoice.created')
  const { latest_invoice } = await life.stripe.subscriptions.retrieve(life.born.id, {
    expand: ['latest_invoice'],
  })
  for (const shown of [invoice, created?.data.object, latest_invoice]) {
    expect(shown).toMatchObject({ lines: { has_more: true, data: { length: 10 } } })
  }
  const all = await life.stripe.invoices.listLineItems(invoice?.id ?? '', { limit: 100 })
  expect(all.data.slice(0, 10)).toEqual(invoice?.lines.data)
  expect(all.data.at(-1)?.description).toBe('1 × Larkspur Team (at $290.00 / year)')
  expect(everythingConforms(life.sandbox)).toEqual([])
})
