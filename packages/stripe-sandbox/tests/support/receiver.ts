import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ReceivedDelivery {
  body: string
  headers: IncomingHttpHeaders
  /** What came after the question mark of its URL. */
  query: string
}

export interface Receiver {
  url: string
  received: ReceivedDelivery[]
  /** What to answer from now on; a promise holds the answer back. */
  answer: (delivery: ReceivedDelivery) => number | Promise<number>
  /** What it says with each answer. */
  body: string
}

/** A webhook endpoint that remembers what it was sent. Answers 200 unless told otherwise; gone when the test ends. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', received: [], answer: () => 200, body: '' }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const query = (request.url ?? '').split('?')[1] ?? ''
      const delivery = { body: Buffer.concat(chunks).toString('utf8'), headers: request.headers, query }
      receiver.received.push(delivery)
      const status = await receiver.answer(delivery)
      response.writeHead(status, status >= 300 && status < 400 ? { Location: '/elsewhere' } : {})
      response.end(receiver.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return receiver
}
