import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import {
  bearer,
  closeGuardedAppsAfterEach,
  type GuardedApp,
  startGuardedApp,
} from '../support/guarded-app.ts'

const database = useDatabase()
closeGuardedAppsAfterEach()

const KB = 1024

test('a body of an API request may have 100 KB', async () => {
  const app = await startGuardedApp(database.db)
  expect((await spend(app, jsonOf(100 * KB))).status).toBe(200)
})

test('one byte more is 413', async () => {
  const app = await startGuardedApp(database.db)
  const answer = await spend(app, jsonOf(100 * KB + 1))
  expect([answer.status, await answer.json()]).toEqual([
    413,
    expect.objectContaining({ code: 'body_too_large' }),
  ])
})

test('a body that does not say its length is counted', async () => {
  const app = await startGuardedApp(database.db)
  expect((await spend(app, streamOf(50 * KB))).status).toBe(200)
  expect((await spend(app, streamOf(101 * KB))).status).toBe(413)
})

test('a webhook may have 1 MB and no more', async () => {
  const app = await startGuardedApp(database.db)
  const post = (bytes: number) =>
    app.fetch('/payments/webhook', {
      method: 'POST',
      headers: { 'stripe-signature': 'good' },
      body: 'x'.repeat(bytes),
    })
  expect(await (await post(KB * KB)).json()).toEqual({ bytes: KB * KB })
  expect((await post(2 * KB * KB)).status).toBe(413)
})

test('a body that stops half way is 408 in our own shape, and its connection ends', async () => {
  const app = await startGuardedApp(database.db, { bodyTimeoutMs: 100 })
  const answer = await sendRaw(app, [
    'POST /payments/webhook HTTP/1.1',
    'Host: localhost',
    'stripe-signature: good',
    'Content-Length: 1000',
    '',
    'only the beginning',
  ])
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(answer).toContain('"code":"body_timeout"')
})

test('a sender who goes away in the middle is no error of ours', async () => {
  const app = await startGuardedApp(database.db)
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  socket.write(
    'POST /payments/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nthe beginning',
  )
  await app.fetch('/healthz')
  socket.destroy()
  await expect
    .poll(() => app.lines().map(({ msg, status }) => [msg, status]))
    .toContainEqual(['request', 400])
  expect(app.lines().filter(({ level }) => level === 'error')).toEqual([])
})

test.each([
  ['a host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
  ['a path that is none', 'GET http:// HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['headers that are too large', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
])('%s is a 4xx', async (_, text) => {
  const app = await startGuardedApp(database.db)
  expect(await sendRaw(app, [text])).toMatch(/^HTTP\/1\.1 4\d\d /)
})

test('a stranger is refused without his body being read', async () => {
  const app = await startGuardedApp(database.db)
  const answer = await sendRaw(app, [
    'POST /payments/spend HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    'Content-Length: 1000000000',
    '',
    'only the beginning',
  ])
  expect(answer).toMatch(/^HTTP\/1\.1 401 /)
})

/** Sends the lines and nothing after them; resolves with all that comes back until the server ends the connection. */
async function sendRaw(app: GuardedApp, lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  socket.write(lines.join('\r\n'))
  await once(socket, 'close')
  return received
}

function spend(app: GuardedApp, body: string | ReadableStream) {
  const init: RequestInit = { method: 'POST', headers: bearer('u1'), body, duplex: 'half' }
  return app.fetch('/payments/spend', init)
}

function jsonOf(bytes: number): string {
  return JSON.stringify('x'.repeat(bytes - 2))
}

function streamOf(bytes: number): ReadableStream {
  return new Blob([jsonOf(bytes)]).stream()
}
