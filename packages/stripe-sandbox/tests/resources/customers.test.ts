import { expect, test } from 'vitest'
import { conforms } from '../support/conforms.ts'
import { failure, start } from '../support/start.ts'

test('a customer has every field of this API version', async () => {
  const { stripe } = await start()
  const customer = await stripe.customers.create({
    email: 'ada@example.com',
    name: 'Ada',
    phone: '+44 20',
    address: { city: 'London', country: 'GB' },
    shipping: { name: 'Ada', address: { line1: '1 Row' } },
    metadata: { user: '7' },
    preferred_locales: ['en'],
    tax_exempt: 'reverse',
  })
  expect(conforms(customer)).toEqual([])
  expect(customer.address).toMatchObject({ city: 'London', postal_code: null })
})

test('an update merges metadata, unsets with an empty string and clears with one in place of the hash', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } })
  expect((await stripe.customers.update(id, { metadata: { a: '', c: '3' } })).metadata).toEqual({
    b: '2',
    c: '3',
  })
  expect((await stripe.customers.update(id, { metadata: '' })).metadata).toEqual({})
})

test('an empty string unsets a field that can be unset', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create({ address: { city: 'London' } })
  expect((await stripe.customers.update(id, { address: '' })).address).toBeNull()
})

test('an empty string is refused where nothing can be unset', async () => {
  const { stripe } = await start()
  expect(await failure(stripe.customers.create({ email: '' }))).toMatchObject({
    code: 'parameter_invalid_empty',
    param: 'email',
  })
})

test('a malformed email address is refused', async () => {
  const { stripe } = await start()
  expect(await failure(stripe.customers.create({ email: 'nonsense' }))).toMatchObject({
    code: 'email_invalid',
    message: 'Invalid email address: nonsense',
  })
})

test('an update that changes nothing makes no event', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create({ name: 'Ada' })
  await stripe.customers.update(id, { name: 'Ada' })
  expect((await stripe.events.list({ type: 'customer.updated' })).data).toEqual([])
})

test('list by email is exact and minds the case', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create({ email: 'ada@example.com' })
  await stripe.customers.create({ email: 'Ada@example.com' })
  const found = await stripe.customers.list({ email: 'ada@example.com' })
  expect(found.data.map((customer) => customer.id)).toEqual([id])
})

test('a deleted customer is still retrieved, as deleted, and can do nothing', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create({ name: 'Ada' })
  expect(conforms(await stripe.customers.del(id))).toEqual([])
  expect(await stripe.customers.retrieve(id)).toMatchObject({ id, object: 'customer', deleted: true })
  expect(await failure(stripe.customers.update(id, { name: 'B' }))).toMatchObject({
    code: 'resource_missing',
  })
  expect((await stripe.customers.list()).data).toEqual([])
  const event = (await stripe.events.list({ type: 'customer.deleted' })).data[0]
  expect(event?.data.object).toMatchObject({ id, name: 'Ada' })
})

test('a customer can bring a card along and have it as the default', async () => {
  const { stripe } = await start()
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
    expand: ['invoice_settings.default_payment_method'],
  })
  expect(conforms(customer)).toEqual([])
  expect(customer.invoice_settings.default_payment_method).toMatchObject({
    customer: customer.id,
    card: { last4: '4242' },
  })
})

test('a card that is declined makes no customer', async () => {
  const { stripe } = await start()
  const error = await failure(stripe.customers.create({ payment_method: 'pm_card_chargeDeclined' }))
  expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' })
  expect((await stripe.customers.list()).data).toEqual([])
})

test('the default card must be the customer’s own', async () => {
  const { stripe } = await start()
  const { id } = await stripe.customers.create({})
  const other = await stripe.paymentMethods.attach('pm_card_visa', {
    customer: (await stripe.customers.create({})).id,
  })
  const error = await failure(
    stripe.customers.update(id, { invoice_settings: { default_payment_method: other.id } }),
  )
  expect(error).toMatchObject({ statusCode: 400, param: 'invoice_settings[default_payment_method]' })
})

test('deleting a customer cancels what they still pay for', async () => {
  const { stripe } = await start({ seed: 'demo' })
  const { id } = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  })
  const subscription = await stripe.subscriptions.create({
    customer: id,
    items: [{ price: 'price_demo_team_monthly' }],
  })
  await stripe.customers.del(id)
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled')
  const types = (await stripe.events.list({ types: ['customer.deleted', 'customer.subscription.deleted'] }))
    .data
  expect(types.map(({ type }) => type)).toEqual(['customer.deleted', 'customer.subscription.deleted'])
})

test('metadata keeps to Stripe’s limits', async () => {
  const { stripe } = await start()
  const error = await failure(stripe.customers.create({ metadata: { a: 'x'.repeat(501) } }))
  expect(error).toMatchObject({ statusCode: 400, param: 'metadata[a]' })
})

test('search understands equality, substrings, metadata, numbers, negation, AND and OR', async () => {
  const { stripe } = await start()
  const ada = await stripe.customers.create({
    email: 'ada@example.com',
    name: 'Ada King',
    metadata: { team: 'blue' },
  })
  const bob = await stripe.customers.create({
    email: 'bob@example.com',
    name: 'Bob "B" Ray',
    metadata: { team: 'red' },
  })
  const search = async (query: string): Promise<string[]> =>
    (await stripe.customers.search({ query })).data.map(({ id }) => id).reverse()
  expect(await search('email:"ada@example.com"')).toEqual([ada.id])
  expect(await search("name~'king'")).toEqual([ada.id])
  expect(await search('name:"Bob \\"B\\" Ray"')).toEqual([bob.id])
  expect(await search("metadata['team']:'red'")).toEqual([bob.id])
  expect(await search('-metadata["team"]:"red"')).toEqual([ada.id])
  expect(await search('metadata["none"]:null AND created>1')).toEqual([ada.id, bob.id])
  expect(await search('email:"ada@example.com" OR metadata["team"]:"red"')).toEqual([ada.id, bob.id])
  expect(await search('email:"ada@example.com" AND metadata["team"]:"red"')).toEqual([])
})

test.each([
  ['email', 'We were unable to parse'],
  ['shoe:"42"', 'unsupported search field'],
  ['email:"a" AND name:"b" OR name:"c"', 'not both'],
  ['email>"a"', 'does not support the operator'],
])('the search query %s is refused', async (query, message) => {
  const { stripe } = await start()
  expect((await failure(stripe.customers.search({ query }))).message).toContain(message)
})

test('search pages with next_page', async () => {
  const { stripe } = await start()
  for (const name of ['one', 'two', 'three']) await stripe.customers.create({ name, metadata: { kind: 'x' } })
  const names: (string | null | undefined)[] = []
  for await (const customer of stripe.customers.search({ query: "metadata['kind']:'x'", limit: 2 })) {
    names.push(customer.name)
  }
  expect(names).toEqual(['three', 'two', 'one'])
})
