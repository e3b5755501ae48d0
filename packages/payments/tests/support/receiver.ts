import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import type { AppEvent } from '../../src/domain/app-events.ts'

export interface Delivery {
  headers: IncomingHttpHeaders
  body: string
  event: AppEvent
}

export interface Receiver {
  readonly url: string
  readonly deliveries: Delivery[]
  /** Headers of every answer. */
  headers: Record<string, string>
  /** The status that a delivery is answered with; a URL is where it is redirected to; `never`: it is not answered. */
  answer(event: AppEvent): number | string
}

/** An endpoint of the app: a real server that keeps what it gets. */
export function useReceiver(): Receiver {
  const receiver = {
    url: '',
    deliveries: [] as Delivery[],
    headers: {} as Record<string, string>,
    answer: (_event: AppEvent): number | string => 200,
  }
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts).toString('utf8')
    const event = JSON.parse(body) as AppEvent
    receiver.deliveries.push({ headers: request.headers, body, event })
    const answer = receiver.answer(event)
    if (answer === 'never') return
    if (typeof answer === 'string') response.writeHead(302, { location: answer })
    else response.writeHead(answer, receiver.headers)
    response.end(answer === 200 ? '' : 'no thanks')
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // It listens, so that it has an address that is no pipe's.
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`
  })
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return receiver
}
