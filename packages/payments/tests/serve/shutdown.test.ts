import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { killProcessesAfterEach } from '../support/child-process.ts'
import { useDatabase } from '../support/database.ts'
import { type Service, serviceEnv, signedEvent, startService } from '../support/serve-process.ts'

const database = useDatabase()
killProcessesAfterEach()
vi.setConfig({ testTimeout: 60_000 })

test('SIGTERM in a burst of webhooks loses none that was answered 200', async () => {
  const service = await startService(serviceEnv(database.url, { SHUTDOWN_DELAY_SECONDS: '1' }))
  await service.said('started')
  const acknowledged: string[] = []
  const senders = Array.from({ length: 16 }, (_, sender) => deliverUntilClosed(service, sender, acknowledged))
  await expect.poll(() => acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(200)
  service.child.kill('SIGTERM')
  await Promise.all(senders)
  expect(await service.exited).toEqual({ code: 0, signal: null })
  const stored = await database.db.query.selectFrom('events').select('id').execute()
  const ids = new Set(stored.map(({ id }) => id))
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
})

test('a request whose body is still arriving is answered before the end', async () => {
  const service = await startService(serviceEnv(database.url))
  await service.said('started')
  const { body, headers } = signedEvent('evt_half_way')
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  socket.write(
    `POST /payments/webhook HTTP/1.1\r\nHost: localhost\r\nstripe-signature: ${headers['stripe-signature']}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 100)}`,
  )
  // The first half has been read when a request that was sent after it is answered.
  await fetch(`${service.url}/healthz`)
  service.child.kill('SIGTERM')
  await service.said('stopping')
  socket.write(body.slice(100))
  await once(socket, 'close')
  expect(received).toMatch(/^HTTP\/1\.1 200 /)
  expect(await service.exited).toEqual({ code: 0, signal: null })
})

test('readyz says so first, while requests are still accepted', async () => {
  // For longer than this test takes.
  const env = serviceEnv(database.url, { SHUTDOWN_DELAY_SECONDS: '300' })
  const service = await startService(env)
  await service.said('started')
  service.child.kill('SIGTERM')
  await expect.poll(async () => (await fetch(`${service.url}/readyz`)).status).toBe(503)
  const { body, headers } = signedEvent('evt_last_minute')
  const answer = await fetch(`${service.url}/payments/webhook`, { method: 'POST', body, headers })
  expect(answer.status).toBe(200)
})

async function deliverUntilClosed(service: Service, sender: number, acknowledged: string[]): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const id = `evt_${sender}_${turn}`
    const { body, headers } = signedEvent(id)
    const answer = await fetch(`${service.url}/payments/webhook`, { method: 'POST', body, headers }).catch(
      () => null,
    )
    if (answer === null) return
    expect(answer.status).toBe(200)
    acknowledged.push(id)
  }
}
