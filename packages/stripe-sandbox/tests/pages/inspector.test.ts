import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openPage, type PageAnswer, postForm } from '../support/pages.ts'
import { startReceiver } from '../support/receiver.ts'
import { startShop } from '../support/shop.ts'
import { start } from '../support/start.ts'

describe('the overview', () => {
  test('shows the newest events and requests, and what there is', async () => {
    const { sandbox, stripe } = await start()
    await stripe.customers.create({ email: 'ada@example.com' })
    await stripe.customers.list()
    const { text, markup } = await openPage(sandbox.url)
    expect(text).toContain('customer.created no endpoint')
    expect(text).toMatch(/GET \/v1\/customers 200 .* POST \/v1\/customers 200/)
    expect(markup).toContain('href="/inspector/objects?type=customer"')
  })

  test('says the time of the sandbox, not that of the machine', async () => {
    const { sandbox } = await startShop()
    expect((await openPage(sandbox.url)).text).toContain('Time of the sandbox Jan 31, 2027, 12:00 UTC')
  })
})

describe('objects', () => {
  test('are found by type, by a part of the id and by e-mail', async () => {
    const { sandbox, stripe } = await start({ seed: 'demo' })
    const ada = await stripe.customers.create({ email: 'ada@example.com' })
    const bob = await stripe.customers.create({ email: 'bob@example.com' })
    const rows = async (query: string) => rowsOf(await openPage(`${sandbox.url}/inspector/objects${query}`))
    expect(await rows('?type=customer')).toEqual([bob.id, ada.id])
    expect(await rows(`?q=${ada.id.slice(0, 9)}`)).toEqual([ada.id])
    expect(await rows('?q=BOB%40example')).toEqual([bob.id])
    expect(await rows('?type=product&q=ada')).toEqual([])
  })

  test('lead to what they refer to and to what refers to them', async () => {
    const { sandbox, stripe, checkout, pay } = await startShop()
    const { id } = await checkout()
    pay(id)
    const session = await stripe.checkout.sessions.retrieve(id)
    const { text, markup } = await openPage(`${sandbox.url}/inspector/objects/${session.subscription}`)
    const [refersTo = '', referredToBy = ''] = text.split('Referred to by')
    for (const named of [session.customer, 'price_demo_team_monthly', 'prod_demo_team', session.invoice]) {
      expect(refersTo).toContain(String(named))
      expect(markup).toContain(`href="/inspector/objects/${named}"`)
    }
    expect(referredToBy).toContain(id)
  })

  test('are pages of fifty', async () => {
    const { sandbox, stripe } = await start()
    for (let n = 0; n < 51; n++) await stripe.customers.create({})
    const first = await openPage(`${sandbox.url}/inspector/objects?type=customer`)
    const older = /href="([^"]*before=[^"]*)"/.exec(first.markup)?.[1]?.replaceAll('&amp;', '&')
    const second = await openPage(`${sandbox.url}${older}`)
    expect([rowsOf(first).length, rowsOf(second).length]).toEqual([50, 1])
    expect(second.text).not.toContain('Older')
  })

  test('that are not there say so', async () => {
    const { sandbox } = await start()
    expect((await openPage(`${sandbox.url}/inspector/objects/cus_none`)).status).toBe(404)
  })
})

describe('events', () => {
  test('are found by type, by group and by any object that they name', async () => {
    const { sandbox, stripe } = await start({ seed: 'demo' })
    const ada = await stripe.customers.create({})
    await stripe.customers.update(ada.id, { name: 'Ada' })
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: ada.id })
    const types = async (query: string) => {
      const { markup } = await openPage(`${sandbox.url}/inspector/events${query}`)
      return [...markup.matchAll(/class="row-main">([^<]+)</g)].map((found) => found[1])
    }
    expect(await types('?type=customer.updated')).toEqual(['customer.updated'])
    expect(await types('?type=customer.*')).toEqual(['customer.updated', 'customer.created'])
    expect(await types(`?object=${ada.id}`)).toEqual([
      'payment_method.attached',
      'customer.updated',
      'customer.created',
    ])
    expect(await types(`?object=${method.id}`)).toEqual(['payment_method.attached'])
  })

  test('say which request caused them', async () => {
    const { sandbox, stripe } = await start()
    const { lastResponse } = await stripe.customers.create({}, { idempotencyKey: 'k1' })
    const page = await openNewestEvent(sandbox.url)
    expect(page.text).toContain('Caused by POST /v1/customers Idempotency key k1')
    expect(page.markup).toContain(`href="/inspector/requests/${lastResponse.requestId}"`)
  })

  test('of a hosted page say that no request caused them', async () => {
    const { sandbox, checkout, pay } = await startShop()
    pay((await checkout()).id)
    expect((await openNewestEvent(sandbox.url)).text).toContain(
      'Caused by No request: a hosted page, or time',
    )
  })

  test('of an update show what was before and what is now, and mark it in the payload', async () => {
    const { sandbox, stripe } = await start()
    const { id } = await stripe.customers.create({ name: 'Ada', metadata: { plan: 'free' } })
    await stripe.customers.update(id, { name: 'Ada Lovelace', metadata: { plan: 'team' } })
    const { text, markup } = await openNewestEvent(sandbox.url)
    expect(text).toContain('metadata.plan "free" "team" name "Ada" "Ada Lovelace"')
    const marked = [...markup.matchAll(/<mark>(.*?)<\/mark>/g)].map((found) =>
      found[1]?.replaceAll(/<[^>]*>/g, ''),
    )
    expect(marked).toEqual([
      '&quot;plan&quot;: &quot;team&quot;',
      '&quot;name&quot;: &quot;Ada Lovelace&quot;,',
      '&quot;plan&quot;: &quot;free&quot;',
      '&quot;name&quot;: &quot;Ada&quot;',
    ])
  })

  test('show their payload as it travels, with dates beside it that are not copied', async () => {
    const receiver = await startReceiver()
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url } })
    await stripe.customers.create({ name: 'Ada' })
    await eventually(() => receiver.received.length).toBe(1)
    const page = await openNewestEvent(sandbox.url)
    expect(page.markup).toMatch(/data-note="[^"]+ UTC"><\/span>/)
    expect(jsonOf(page)).toEqual([receiver.received[0]?.body])
  })
})

describe('requests', () => {
  test('show their parameters, their answer and the events that came of them', async () => {
    const { sandbox, stripe } = await start()
    const customer = await stripe.customers.create(
      { email: 'ada@example.com', metadata: { plan: 'team' } },
      { idempotencyKey: 'k1' },
    )
    const page = await openPage(`${sandbox.url}/inspector/requests/${customer.lastResponse.requestId}`)
    expect(page.text).toContain('POST /v1/customers')
    expect(page.text).toContain('Idempotency key k1')
    expect(page.text).toContain('Events customer.created')
    expect(jsonOf(page).map((text) => JSON.parse(text))).toEqual([
      { email: 'ada@example.com', metadata: { plan: 'team' } },
      customer,
    ])
  })

  test('that were refused say why, in the list too', async () => {
    const { sandbox, stripe } = await start()
    await stripe.customers.retrieve('cus_none').catch(() => undefined)
    await stripe.customers.list()
    const { text } = await openPage(`${sandbox.url}/inspector/requests?status=bad`)
    expect(text).toContain("GET /v1/customers/cus_none 404 No such customer: 'cus_none'")
    expect(text).not.toContain('GET /v1/customers 200')
  })

  test('that were replayed say so', async () => {
    const { sandbox, stripe } = await start()
    await stripe.customers.create({}, { idempotencyKey: 'k1' })
    const { lastResponse } = await stripe.customers.create({}, { idempotencyKey: 'k1' })
    const { text } = await openPage(`${sandbox.url}/inspector/requests/${lastResponse.requestId}`)
    expect(text).toContain('Request 200 replayed')
  })

  test('whose form cannot be read are shown as they came', async () => {
    const { sandbox } = await start()
    const headers = { Authorization: `Bearer ${sandbox.apiKey}` }
    const body = `${'a'.repeat(20)}${'[b]'.repeat(20)}=1`
    const answer = await fetch(`${sandbox.url}/v1/customers`, { method: 'POST', headers, body })
    const id = answer.headers.get('Request-Id')
    const [parameters = ''] = jsonOf(await openPage(`${sandbox.url}/inspector/requests/${id}`))
    expect(JSON.parse(parameters)).toEqual({ unreadable: body })
  })
})

test('a page is answered 304 until something happens', async () => {
  const { sandbox, stripe } = await start()
  const { headers } = await openPage(sandbox.url)
  const again = () => openPage(sandbox.url, { 'If-None-Match': headers.get('ETag') ?? '' })
  expect((await again()).status).toBe(304)
  await stripe.customers.list()
  expect((await again()).status).toBe(200)
})

test('without the inspector the front page still says how to talk to the sandbox', async () => {
  const { sandbox } = await start({ inspector: false })
  expect((await openPage(sandbox.url)).text).toContain(`${sandbox.url}/v1`)
  expect((await openPage(`${sandbox.url}/inspector/requests`)).status).toBe(404)
  expect((await postForm(`${sandbox.url}/inspector/events/evt_1/resend`)).status).toBe(404)
})

async function openNewestEvent(url: string): Promise<PageAnswer> {
  const [id] = rowsOf(await openPage(`${url}/inspector/events`))
  return openPage(`${url}/inspector/events/${id}`)
}

/** What the rows of a list are about, from the top. */
function rowsOf({ markup }: PageAnswer): string[] {
  return [...markup.matchAll(/class="row" id="row-([^"]+)"/g)].map((found) => found[1] ?? '')
}

/** The JSON of a page, from the top, as it would be copied. */
function jsonOf({ markup }: PageAnswer): string[] {
  return [...markup.matchAll(/<pre class="json"[^>]*><code>([\s\S]*?)<\/code>/g)].map(([, shown = '']) =>
    shown
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  )
}
