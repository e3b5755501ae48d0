import { createHmac } from 'node:crypto'
import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { DomainError } from '../domain/errors.ts'
import { verifyEvent } from './signature.ts'

const SECRET = 'whsec_test'
const NOW = new Date('2026-11-23T12:00:00Z')
const T = NOW.getTime() / 1000
const BODY = JSON.stringify({
  ...{ id: 'evt_1', object: 'event', type: 'invoice.paid', api_version: '2026-10-28.endive', created: T },
  ...{ livemode: false, data: { object: { id: 'in_1' } } },
})

function header(options: { body?: string; secret?: string; t?: number; scheme?: string } = {}): string {
  const { body = BODY, secret = SECRET, t = T, scheme = 'v1' } = options
  return `t=${t},${scheme}=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}

function verify(signature: string | undefined, body: string | Uint8Array = BODY, secrets = [SECRET]) {
  return verifyEvent(typeof body === 'string' ? Buffer.from(body) : body, signature, secrets, NOW)
}

function codeOf(work: () => unknown): string | null {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error)
  }
}

test('reads what matters of a snapshot event', () => {
  expect(verify(header())).toEqual({
    ...{ id: 'evt_1', type: 'invoice.paid', isThin: false, apiVersion: '2026-10-28.endive', livemode: false },
    ...{ createdAt: NOW, object: { id: 'in_1' }, payload: Buffer.from(BODY) },
  })
})

test('reads what matters of a thin event', () => {
  const body = JSON.stringify({
    ...{ id: 'evt_2', object: 'v2.core.event', type: 'v1.invoice.paid', created: NOW.toISOString() },
    ...{ livemode: true, related_object: { id: 'in_1', type: 'invoice', url: '/v1/invoices/in_1' } },
  })
  expect(verify(header({ body }), body)).toMatchObject({
    ...{ isThin: true, livemode: true, apiVersion: null, createdAt: NOW },
    object: { id: 'in_1' },
  })
})

describe('accepts', () => {
  test("what Stripe's own library signs", () => {
    const stripe = new Stripe('sk_test_x')
    const signature = stripe.webhooks.generateTestHeaderString({
      payload: BODY,
      secret: SECRET,
      timestamp: T,
    })
    expect(verify(signature).id).toBe('evt_1')
  })

  test('any of the configured secrets', () => {
    expect(verify(header(), BODY, ['whsec_new', SECRET]).id).toBe('evt_1')
  })

  test('two signatures, one of them of a secret that we do not have', () => {
    const other = header({ secret: 'whsec_other' })
    expect(verify(`${other},${header().split(',')[1]}`).id).toBe('evt_1')
  })

  test.each([T - 300, T + 300])('a timestamp at the edge of the tolerance: %s', (t) => {
    expect(verify(header({ t })).id).toBe('evt_1')
  })
})

describe('refuses as an invalid signature', () => {
  test.each<[string, string | undefined]>([
    ['no header', undefined],
    ['an empty header', ''],
    ['nonsense', 'nonsense'],
    ['no timestamp', header().split(',')[1]],
    ['no signature', `t=${T}`],
    ['another secret', header({ secret: 'whsec_other' })],
    ['another body', header({ body: `${BODY} ` })],
    ['the test scheme v0 alone', header({ scheme: 'v0' })],
    ['a replay after five minutes', header({ t: T - 301 })],
    ['a timestamp from the far future', header({ t: T + 301 })],
    ['a timestamp that was changed', header().replace(`t=${T}`, `t=${T + 1}`)],
    ['a short signature', `t=${T},v1=abcd`],
  ])('%s', (_, signature) => {
    expect(codeOf(() => verify(signature))).toBe('webhook_invalid_signature')
  })

  test.each([
    ['no secret is configured', []],
    ['the configured secret is empty, which anybody could sign with', ['']],
  ])('everything while %s', (_, secrets) => {
    expect(codeOf(() => verify(header({ secret: '' }), BODY, secrets))).toBe('webhook_invalid_signature')
  })
})

describe('refuses as an invalid payload, though signed', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['another object', JSON.stringify({ id: 'in_1', object: 'invoice' })],
    ['no id', BODY.replace('"evt_1"', 'null')],
    ['an id that no Stripe id looks like', BODY.replace('evt_1', 'evt\\u0000')],
    ['no time', BODY.replace(`"created":${T}`, '"created":"soon"')],
    ['a time before there was any', BODY.replace(`"created":${T}`, '"created":-99999999999')],
    ['no mode', BODY.replace('"livemode":false', '"livemode":null')],
  ])('%s', (_, body) => {
    expect(codeOf(() => verify(header({ body }), body))).toBe('webhook_invalid_payload')
  })

  test('bytes that are no UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')])
    const signature = `t=${T},v1=${createHmac('sha256', SECRET).update(`${T}.`).update(body).digest('hex')}`
    expect(codeOf(() => verify(signature, body))).toBe('webhook_invalid_payload')
  })
})
