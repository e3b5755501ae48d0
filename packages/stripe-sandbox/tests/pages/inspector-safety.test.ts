import { get } from 'node:http'
import { expect, test } from 'vitest'
import { pagesApp } from '../../src/pages/app.ts'
import { ControlRefusal, type InspectorControl } from '../../src/pages/inspector/control.ts'
import { html } from '../../src/pages/markup.ts'
import { RequestLog } from '../../src/wire/request-log.ts'
import { openPage, postForm } from '../support/pages.ts'
import { startShop } from '../support/shop.ts'
import { start } from '../support/start.ts'

test('no page shows a secret, whatever was asked and answered', async () => {
  const { sandbox, stripe, customerWithCard } = await startShop({
    apiKey: 'sk_test_very_private_key',
    webhook: { url: 'http://127.0.0.1:1/none', secret: 'whsec_very_private' },
  })
  const endpoint = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:1/x',
    enabled_events: ['*'],
  })
  const customer = await customerWithCard()
  const intent = await stripe.paymentIntents.create({ amount: 900, currency: 'usd', customer: customer.id })
  await stripe.paymentMethods
    .create({ type: 'card', card: { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '987' } })
    .catch(() => undefined)
  await stripe.customers.create({ description: 'our key is sk_live_of_somebody' })
  const { pages, markup } = await everyPage(sandbox.url)
  expect(pages).toBeGreaterThan(20)
  const secrets = [
    sandbox.apiKey,
    'whsec_very_private',
    endpoint.secret,
    intent.client_secret,
    '4242424242424242',
    '987"',
    'sk_live_of_somebody',
  ]
  expect(secrets.filter((secret) => secret === null || markup.includes(secret ?? '-'))).toEqual([])
  expect(markup).toContain('••••4242')
})

test('what callers chose is text on every page, never markup', async () => {
  const { sandbox, stripe } = await start()
  const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
  const product = await stripe.products.create({ name: evil, metadata: { [evil.slice(0, 30)]: evil } })
  await stripe.products.update(product.id, { name: `${evil}!` })
  await stripe.products.create({ id: 'a"><b>', name: 'x' })
  await fetch(`${sandbox.url}/v1/${encodeURIComponent(evil)}?${evil}`, { headers: { 'User-Agent': evil } })
  const { markup } = await everyPage(sandbox.url)
  expect(markup).toContain('&lt;img src=x')
  expect(markup).not.toMatch(/<img|<script(?! src="\/assets\/)|a"><b>/)
})

test.each(['evil.test', 'evil.test:80', 'localhost.evil.test', '127.0.0.1.evil.test'])(
  'under the name %s, which anybody could point here, it shows nothing and does nothing',
  async (host) => {
    const { sandbox, stripe } = await start()
    await stripe.customers.create({ email: 'ada@example.com' })
    const paths = [
      '/',
      '/inspector/objects',
      '/inspector/events',
      '/inspector/requests',
      '/inspector/deliveries',
    ]
    for (const path of paths) expect(await statusUnder(host, `${sandbox.url}${path}`)).toBe(403)
  },
)

test.each(['localhost', '[::1]', '192.168.1.7', 'stripe', 'host.docker.internal', 'shop.localhost'])(
  'under the name %s, which nobody else can give away, it is there',
  async (host) => {
    const { sandbox } = await start()
    expect(await statusUnder(host, `${sandbox.url}/`)).toBe(200)
  },
)

test.each([
  ['of another site', { Origin: 'http://evil.test' }],
  ['of another site that hides its origin', { 'Sec-Fetch-Site': 'cross-site' }],
  ['of another port of this machine', { Origin: 'http://127.0.0.1:1' }],
])('a form %s changes nothing', async (_, headers) => {
  const { sandbox, stripe } = await start({ webhook: { url: 'http://127.0.0.1:1/none' } })
  await stripe.customers.create({})
  const [event] = [...sandbox.context.store.all('event')]
  const [endpoint] = [...sandbox.context.store.all('webhook_endpoint')]
  const resend = `${sandbox.url}/inspector/events/${event?.id}/resend`
  expect((await postForm(resend, { endpoint: `${endpoint?.id}` }, headers)).status).toBe(403)
  expect(sandbox.context.store.count('delivery')).toBe(1)
})

test('only the inspector’s script may ask the sandbox for something', async () => {
  const { sandbox } = await start()
  const policyOf = async (path: string) =>
    (await openPage(`${sandbox.url}${path}`)).headers.get('Content-Security-Policy') ?? ''
  expect(await policyOf('/inspector/events')).toContain("connect-src 'self'; form-action 'self'")
  expect(await policyOf('/c/pay/cs_test_none')).not.toContain('connect-src')
})

test('an address cannot make the inspector say something', async () => {
  const { sandbox } = await start()
  const { text } = await openPage(`${sandbox.url}/?said=Send+your+key+to+evil.test&done=1`)
  expect(text).not.toContain('evil.test')
})

test('a control shows itself, acts, and says what it did', async () => {
  const { app, asked } = await withControl()
  const { text, markup } = await ask(app, '/')
  expect(text).toContain('Weather It is fine.')
  expect(markup).toContain('action="/inspector/controls/weather"')
  const posted = await app.request('/inspector/controls/weather', {
    method: 'POST',
    body: new URLSearchParams({ to: 'rain' }),
  })
  expect([posted.status, asked]).toEqual([303, ['rain']])
  expect((await ask(app, posted.headers.get('Location') ?? '')).text).toContain('It is rain now.')
})

test('a control that cannot do it says why', async () => {
  const { app } = await withControl()
  const posted = await app.request('/inspector/controls/weather', { method: 'POST' })
  expect(posted.status).toBe(409)
  expect(await posted.text()).toContain('There is no such weather.')
  expect((await app.request('/inspector/controls/none', { method: 'POST' })).status).toBe(404)
})

/** The pages of a sandbox with a control that remembers what it was asked. */
async function withControl() {
  const { sandbox } = await start()
  const asked: string[] = []
  const weather: InspectorControl = {
    name: 'weather',
    title: 'Weather',
    show: (action) =>
      html`<p>It is fine.</p><form method="post" action="${action}"><button name="to" value="rain">Rain</button></form>`,
    act: (form) => {
      const to = form.get('to')
      if (to === null) throw new ControlRefusal('There is no such weather.')
      asked.push(to)
      return `It is ${to} now.`
    },
  }
  const { context, world } = sandbox
  const inspection = { context, requests: new RequestLog(), wallClock: context.clock, controls: [weather] }
  return { asked, app: pagesApp(world, { catchUp: () => undefined, onFault: failTest, inspection }) }
}

async function ask(
  app: ReturnType<typeof pagesApp>,
  path: string,
): Promise<{ text: string; markup: string }> {
  const markup = await (await app.request(path)).text()
  return { markup, text: markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ') }
}

function failTest(error: unknown): never {
  throw error
}

/** Every page of the inspector that a link leads to, as one text. */
async function everyPage(url: string): Promise<{ pages: number; markup: string }> {
  const seen = new Map<string, string>()
  const waiting = ['/']
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue
    const { markup, status } = await openPage(`${url}${path}`)
    expect([path, status]).toEqual([path, 200])
    seen.set(path, markup)
    const links = [...markup.matchAll(/href="(\/inspector\/[^"#]*)/g)].map((link) => link[1] ?? '')
    waiting.push(...links.map((link) => link.replaceAll('&amp;', '&').replace(/\?.*/, '')))
  }
  return { pages: seen.size, markup: [...seen.values()].join('\n') }
}

/** The status of a page that is asked for under another name, as a browser does whose DNS was told lies. */
function statusUnder(host: string, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { Host: host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).on('error', reject)
  })
}
