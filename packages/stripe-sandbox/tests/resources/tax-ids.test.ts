import { expect, test } from 'vitest'
import { failure, start } from '../support/start.ts'

test('a customer has tax ids, each with the country of its type and what the authority says', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create()
  await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE123456789' })
  await stripe.taxIds.create({ type: 'ch_vat', value: 'CHE-1', owner: { type: 'customer', customer: id } })
  const { data } = await stripe.customers.listTaxIds(id)
  expect(data.map(({ country, verification }) => [country, verification?.status])).toEqual([
    ['CH', 'unavailable'],
    ['DE', 'verified'],
  ])
})

test('a number of ones is not verified', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create()
  const taxId = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'FR11111111111' })
  expect(taxId.verification?.status).toBe('unverified')
})

test("the account's own tax ids are listed apart from those of customers", async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create()
  await stripe.customers.createTaxId(id, { type: 'us_ein', value: '12-3456789' })
  const own = await stripe.taxIds.create({ type: 'eu_vat', value: 'DE123456789' })
  expect((await stripe.taxIds.list()).data.map((taxId) => taxId.id)).toEqual([own.id])
})

test('making and deleting one is announced', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create()
  const taxId = await stripe.customers.createTaxId(id, { type: 'us_ein', value: '12-3456789' })
  await stripe.customers.deleteTaxId(id, taxId.id)
  const { data } = await stripe.events.list({ type: 'customer.tax_id.*' })
  expect(data.map((event) => event.type)).toEqual(['customer.tax_id.deleted', 'customer.tax_id.created'])
})

test('one of another customer is not found', async () => {
  const { stripe } = await start()
  const [ada, ben] = [await stripe.customers.create(), await stripe.customers.create()]
  const taxId = await stripe.customers.createTaxId(ada.id, { type: 'us_ein', value: '12-3456789' })
  expect(await failure(stripe.customers.retrieveTaxId(ben.id, taxId.id))).toMatchObject({
    code: 'resource_missing',
  })
})

test('they go with their customer', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create()
  const taxId = await stripe.customers.createTaxId(id, { type: 'us_ein', value: '12-3456789' })
  await stripe.customers.del(id)
  expect(await failure(stripe.taxIds.retrieve(taxId.id))).toMatchObject({ code: 'resource_missing' })
})
