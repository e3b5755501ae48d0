import { describe, expect, test } from 'vitest'
import { openPage, postForm } from '../support/pages.ts'
import { start } from '../support/start.ts'

describe('every page', () => {
  test('loads nothing from elsewhere, is not framed, and keeps its address to itself', async () => {
    const { sandbox } = await start()
    const { headers } = await openPage(sandbox.url)
    const policy = headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Cache-Control')).toBe('no-store')
  })

  test('holds no script, no style and no handler of its own', async () => {
    const { sandbox } = await start()
    const { markup } = await openPage(sandbox.url)
    expect(markup).not.toMatch(/<style|<script(?! src="\/assets\/)|\son\w+=|\sstyle=/)
  })

  test('finds its style and script, to be kept for ever under their version', async () => {
    const { sandbox } = await start()
    const { markup } = await openPage(sandbox.url)
    const addresses = [...markup.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((found) => found[1])
    const answers = await Promise.all(addresses.map((address) => openPage(`${sandbox.url}${address}`)))
    expect(answers.map(({ status, headers }) => [status, headers.get('Content-Type')])).toEqual([
      [200, 'text/css; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
    ])
    expect(answers[0]?.headers.get('Cache-Control')).toContain('immutable')
  })
})

describe('a form', () => {
  test.each([
    ['JSON', 'application/json', '{'],
    ['a broken multipart body', 'multipart/form-data', 'x'],
    ['bytes that are no text', 'application/x-www-form-urlencoded', new Uint8Array([255, 254, 37])],
  ])('that is %s is read as an empty one', async (_, type, body) => {
    const { sandbox, stripe } = await start()
    const price = await stripe.prices.create({
      unit_amount: 1900,
      currency: 'usd',
      product_data: { name: 'Pack' },
    })
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'http://shop.test/',
    })
    const answer = await fetch(session.url ?? '', {
      method: 'POST',
      headers: { 'Content-Type': type, Origin: sandbox.url },
      body,
    })
    expect(answer.status).toBe(400)
  })

  test('of unknown size that is too large is refused', async () => {
    const { sandbox, stripe } = await start()
    const { url } = await stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      success_url: 'http://shop.test/',
    })
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(8192)) })
    const answer = await fetch(url ?? '', {
      method: 'POST',
      headers: { Origin: sandbox.url },
      body: endless,
      duplex: 'half',
    })
    expect(answer.status).toBe(413)
  })

  test.each([
    ['of another site', { Origin: 'http://evil.test' }],
    ['without a site', { Origin: 'null' }],
    ['of another site that hides its origin', { 'Sec-Fetch-Site': 'cross-site' }],
    ['of a sibling site', { 'Sec-Fetch-Site': 'same-site' }],
  ])('%s is refused', async (_, headers) => {
    const { sandbox } = await start()
    expect((await postForm(`${sandbox.url}/c/pay/cs_test_x`, {}, headers)).status).toBe(403)
  })

  test('of a program, which sends no origin, is taken', async () => {
    const { sandbox } = await start()
    expect((await postForm(`${sandbox.url}/c/pay/cs_test_x`, {}, {})).status).toBe(404)
  })
})

test('the front page names the API and no key', async () => {
  const { sandbox } = await start({ apiKey: 'sk_test_very_secret', webhook: { url: 'http://127.0.0.1:9/' } })
  const { markup } = await openPage(sandbox.url)
  expect(markup).toContain(`${sandbox.url}/v1`)
  expect(markup).not.toContain('very_secret')
  expect(markup).not.toContain(sandbox.webhookSecret ?? 'whsec_')
})

test('an address with nothing behind it says so', async () => {
  const { sandbox } = await start()
  const page = await openPage(`${sandbox.url}/nothing`)
  expect([page.status, page.text.includes('No such page')]).toEqual([404, true])
})
