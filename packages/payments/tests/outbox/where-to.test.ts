import { expect, test } from 'vitest'
import { createAddressCheck } from '../../src/outbox/allowed-address.ts'
import { post } from '../../src/outbox/post.ts'
import { targetsOf } from '../../src/outbox/targets.ts'
import { standingClock } from '../support/clock.ts'
import { useReceiver } from '../support/receiver.ts'

const receiver = useReceiver()
const SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`
const strict = { isAllowed: createAddressCheck([]).isAllowed, timeoutMs: 2_000 }

test.each([
  (port: string) => `http://127.0.0.1:${port}/`,
  (port: string) => `http://localhost:${port}/`,
  (port: string) => `http://2130706433:${port}/`,
  (port: string) => `http://0x7f.1:${port}/`,
  (port: string) => `http://[::ffff:127.0.0.1]:${port}/`,
  (port: string) => `http://[::1]:${port}/`,
])('the own machine is not reached by any name of it (%#)', async (urlOf) => {
  const url = new URL(urlOf(new URL(receiver.url).port))
  await expect(post(url, {}, '{}', strict)).rejects.toThrow(/refused: .* is not a public address/)
  expect(receiver.deliveries).toEqual([])
})

test('what is not encrypted goes to an own network only', async () => {
  const endpoint = { url: 'http://93.184.215.14/', secrets: [SECRET] }
  const [target] = targetsOf({ endpoints: [endpoint], networks: ['127.0.0.1'] }, standingClock())
  const event = { id: 'msg_1', type: 'subscription.renewed', timestamp: '', owner_id: 'ann' } as const
  const data = { subscription_id: 'sub_1', invoice_id: 'in_1', amount_paid: 1, currency: 'usd' }
  await expect(target!.deliver({ ...event, data })).rejects.toThrow('refused')
})

test('an endpoint that does not answer is given up', async () => {
  const url = new URL(receiver.url)
  const allowed = { isAllowed: createAddressCheck(['127.0.0.1']).isAllowed, timeoutMs: 200 }
  receiver.answer = () => 'never'
  await expect(post(url, {}, '{}', allowed)).rejects.toThrow('no answer in 200 ms')
})

test('an endpoint that asks for an event that there is not, or for none, is refused at once', () => {
  const askingFor = (...types: string[]) => {
    // What JavaScript may hand over; TypeScript refuses it.
    const endpoint = { url: 'https://app.example/', secrets: [SECRET], types: types as 'access.changed'[] }
    return () => targetsOf({ endpoints: [endpoint] }, standingClock())
  }
  expect(askingFor('subscription.cancelled')).toThrow(
    /^outbox.endpoints: subscription.cancelled is no type of event/,
  )
  expect(askingFor()).toThrow('asks for no event; leave `types` out for all of them')
})

test.each([
  ['ftp://app.example/', [SECRET], 'is no http(s) URL'],
  ['https://me:word@app.example/', [SECRET], 'must not hold a user name'],
  ['https://app.example/', [], 'needs secrets'],
  ['https://app.example/', ['whsec_short'], 'needs secrets'],
])('%s with %j can never be delivered to, and is refused at once', (url, secrets, why) => {
  expect(() => targetsOf({ endpoints: [{ url, secrets }] }, standingClock())).toThrow(why)
})
