import Stripe from 'stripe'
import { expect } from 'vitest'
import { test } from '../../src/vitest/sandbox-test.ts'
import { conforms } from '../support/conforms.ts'
import { failure } from '../support/start.ts'

const input = { url: 'http://127.0.0.1:1/webhook', enabled_events: ['customer.created' as const] }

test('an endpoint has every field of this API version', async ({ stripe }) => {
  const endpoint = await stripe.webhookEndpoints.create({
    ...input,
    description: 'Mine',
    metadata: { a: '1' },
  })
  expect(conforms(endpoint)).toEqual([])
  expect(endpoint).toMatchObject({
    status: 'enabled',
    description: 'Mine',
    enabled_events: ['customer.created'],
  })
})

test('the secret is shown when the endpoint is made and never again', async ({ stripe }) => {
  const { id, secret } = await stripe.webhookEndpoints.create(input)
  expect(secret).toMatch(/^whsec_\w{32}$/)
  expect(await stripe.webhookEndpoints.retrieve(id)).not.toHaveProperty('secret')
  expect((await stripe.webhookEndpoints.list()).data[0]).not.toHaveProperty('secret')
  expect(await stripe.webhookEndpoints.update(id, { description: 'x' })).not.toHaveProperty('secret')
})

test('an endpoint can be changed, disabled and deleted', async ({ stripe }) => {
  const { id } = await stripe.webhookEndpoints.create(input)
  const changed = await stripe.webhookEndpoints.update(id, { enabled_events: ['*'], disabled: true })
  expect(changed).toMatchObject({ enabled_events: ['*'], status: 'disabled' })
  expect(conforms(await stripe.webhookEndpoints.del(id))).toEqual([])
  expect(await failure(stripe.webhookEndpoints.retrieve(id))).toMatchObject({ statusCode: 404 })
})

test('the pinned API version can be asked for, another cannot', async ({ stripe }) => {
  const endpoint = await stripe.webhookEndpoints.create({ ...input, api_version: Stripe.API_VERSION })
  expect(endpoint.api_version).toBe(Stripe.API_VERSION)
  const error = await failure(stripe.webhookEndpoints.create({ ...input, api_version: '2020-08-27' }))
  expect(error).toMatchObject({ code: 'sandbox_not_supported_yet', param: 'api_version' })
})

test('an event type that does not exist is refused', async ({ stripe }) => {
  const error = await failure(
    stripe.webhookEndpoints.create({ ...input, enabled_events: ['customer.exploded' as never] }),
  )
  expect(error).toMatchObject({ statusCode: 400, param: 'enabled_events[0]' })
})

test('a URL without a scheme is refused', async ({ stripe }) => {
  expect(await failure(stripe.webhookEndpoints.create({ ...input, url: 'example.com/hook' }))).toMatchObject({
    code: 'url_invalid',
  })
})

test('there are at most sixteen endpoints', async ({ stripe }) => {
  for (let n = 0; n < 16; n += 1) await stripe.webhookEndpoints.create(input)
  expect((await failure(stripe.webhookEndpoints.create(input))).message).toContain('maximum of 16')
})
