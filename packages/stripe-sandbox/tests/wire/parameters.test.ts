import { expect, test } from 'vitest'
import { post } from '../support/http.ts'
import { failure, start } from '../support/start.ts'

test('nested hashes and arrays arrive as they were sent', async () => {
  const { stripe } = await start()
  const product = await stripe.products.create({
    name: 'Ümlaut & Söhne = 100 %',
    marketing_features: [{ name: 'One' }, { name: 'Two' }],
    metadata: { 'a.b': '1', 'c d': 'x[y]' },
    package_dimensions: { height: 1.5, length: 2, weight: 3, width: 4 },
  })
  expect(product).toMatchObject({
    name: 'Ümlaut & Söhne = 100 %',
    marketing_features: [{ name: 'One' }, { name: 'Two' }],
    metadata: { 'a.b': '1', 'c d': 'x[y]' },
    package_dimensions: { height: 1.5 },
  })
})

test('arrays may be written with empty brackets', async () => {
  const { sandbox } = await start()
  const { body } = await post(sandbox, '/v1/products', 'name=A&images[]=http://x/1&images[]=http://x/2')
  expect(body).toMatchObject({ images: ['http://x/1', 'http://x/2'] })
})

test('more than twenty elements are still an array', async () => {
  const { stripe } = await start()
  const ids = Array.from({ length: 40 }, (_, n) => `prod_${n}`)
  expect((await stripe.products.list({ ids })).data).toEqual([])
})

test('an unknown parameter is named with its path', async () => {
  const { stripe } = await start()
  const error = await failure(
    stripe.customers.create({ shipping: { name: 'A', address: { town: 'B' } } } as never),
  )
  expect(error).toMatchObject({
    statusCode: 400,
    rawType: 'invalid_request_error',
    code: 'parameter_unknown',
    param: 'shipping[address][town]',
    message: 'Received unknown parameter: shipping[address][town]',
    doc_url: 'https://stripe.com/docs/error-codes/parameter-unknown',
  })
})

test('several unknown parameters are named together', async () => {
  const { stripe } = await start()
  const error = await failure(stripe.customers.create({ foo: 1, bar: 2 } as never))
  expect(error.message).toBe('Received unknown parameters: foo, bar')
})

test('a missing parameter is named', async () => {
  const { stripe } = await start()
  expect(await failure(stripe.products.create({} as never))).toMatchObject({
    code: 'parameter_missing',
    param: 'name',
    message: 'Missing required param: name.',
  })
})

test('a parameter missing inside a hash is named with its path', async () => {
  const { stripe } = await start()
  const error = await failure(
    stripe.products.create({ name: 'A', package_dimensions: { height: 1 } } as never),
  )
  expect(error).toMatchObject({ code: 'parameter_missing', param: 'package_dimensions[length]' })
})

test.each([
  [{ balance: 'ten' }, 'Invalid integer: ten', 'balance'],
  [{ balance: '1.5' }, 'Invalid integer: 1.5', 'balance'],
  [{ shipping: 'home' }, 'Invalid object', 'shipping'],
  [{ preferred_locales: 'en' }, 'Invalid array', 'preferred_locales'],
  [{ name: { first: 'A' } }, 'Invalid string', 'name'],
  [{ tax_exempt: 'no' }, 'Invalid tax_exempt: must be one of none, exempt, or reverse', 'tax_exempt'],
])('the wrong type in %o is refused', async (parameters, message, param) => {
  const { stripe } = await start()
  const error = await failure(stripe.customers.create(parameters as never))
  expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error', param })
  expect(error.message).toContain(message)
})

test('a boolean is true or false and nothing else', async () => {
  const { sandbox } = await start()
  const { status, body } = await post(sandbox, '/v1/products', 'name=A&active=1')
  expect(status).toBe(400)
  expect(body).toMatchObject({ error: { message: 'Invalid boolean: 1', param: 'active' } })
})

test('a parameter that Stripe knows and the sandbox does not is refused, with the parameter named', async () => {
  const { stripe } = await start()
  const error = await failure(stripe.customers.create({ tax: { ip_address: '1.2.3.4' } }))
  expect(error).toMatchObject({
    statusCode: 400,
    code: 'sandbox_not_supported_yet',
    param: 'tax[ip_address]',
  })
  expect(error.message).toContain('sandbox does not do it yet')
})

test('a prototype key is metadata like any other', async () => {
  const { sandbox } = await start()
  const { body } = await post(sandbox, '/v1/customers', 'metadata[constructor]=x&metadata[toString]=y')
  expect(body).toMatchObject({ metadata: { constructor: 'x', toString: 'y' } })
})

test('nesting without end is a 400', async () => {
  const { sandbox } = await start()
  const { status } = await post(sandbox, '/v1/customers', `metadata${'[a]'.repeat(50)}=x`)
  expect(status).toBe(400)
})

test('JSON in place of a form is a 400', async () => {
  const { sandbox } = await start()
  const { status, body } = await post(sandbox, '/v1/customers', '{"email":"a@b.co"}')
  expect(status).toBe(400)
  expect(body).toMatchObject({ error: { type: 'invalid_request_error' } })
})

test('a body of more than a megabyte is a 413', async () => {
  const { sandbox } = await start()
  const { status, body } = await post(sandbox, '/v1/customers', `description=${'x'.repeat(1_100_000)}`)
  expect(status).toBe(413)
  expect(body).toMatchObject({ error: { type: 'invalid_request_error' } })
})
