import { randomUUID } from 'node:crypto'
import { type ServerProcess, startServer } from './child.ts'
import { type LoadResult, load, median } from './load.ts'

export interface CallsResult {
  call: string
  run: LoadResult
  /** What one call costs the sandbox's process, user and system together: what a busy machine does not change. */
  cpuMicroseconds: number
}

/** How many customers there are before anything is measured: lists have pages, and tables are not empty. */
const CUSTOMERS = 1_000

/**
 * Simple calls to the local Stripe through real HTTP, as a test suite makes them; beside them a bare Node server that
 * answers the same kilobyte to each request, which is what no JavaScript server can beat.
 */
export async function sandboxCalls(seconds: number): Promise<CallsResult[]> {
  const sandbox = await startServer({
    file: 'packages/stripe-sandbox/src/cli.ts',
    args: ['--port', '0'],
    ready: (output) => Number(/API +http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1] ?? 0) || null,
  })
  const bare = await startServer({
    file: 'bench/peers/bare-json-server.ts',
    args: [],
    ready: (output) => Number(/PORT (\d+)/.exec(output)?.[1] ?? 0) || null,
  })
  try {
    const ids = await createCustomers(sandbox.port)
    let next = 0
    const create = () =>
      request('POST', '/v1/customers', `email=ada${next++}%40example.com&name=Ada&metadata[user]=u_${next}`)
    const calls: [name: string, server: ServerProcess, make: () => Buffer][] = [
      ['create a customer', sandbox, create],
      ['retrieve a customer', sandbox, () => request('GET', `/v1/customers/${ids[next++ % ids.length]}`)],
      ['list ten customers', sandbox, () => request('GET', '/v1/customers?limit=10')],
      ['bare Node server', bare, create],
    ]
    const rounds: CallsResult[][] = calls.map(() => [])
    for (let round = 0; round < 3; round++) {
      for (const [index, [call, server, make]] of calls.entries()) {
        rounds[index]?.push(await measure(call, server, make, seconds))
      }
    }
    return rounds.map(middle)
  } finally {
    await sandbox.stop()
    await bare.stop()
  }
}

async function measure(
  call: string,
  server: ServerProcess,
  nextRequest: () => Buffer,
  seconds: number,
): Promise<CallsResult> {
  let before = 0
  const run = await load({
    port: server.port,
    connections: 16,
    warmUpMs: 1_000,
    durationMs: seconds * 1_000,
    nextRequest,
    onCounting: () => {
      before = server.cpuMs()
    },
  })
  return { call, run, cpuMicroseconds: ((server.cpuMs() - before) * 1_000) / run.requests }
}

/** Rate and cost are each the median of the rounds. */
function middle(rounds: CallsResult[]): CallsResult {
  const costs = rounds.map((round) => round.cpuMicroseconds).sort((a, b) => a - b)
  return {
    call: rounds[0]?.call ?? '',
    run: median(rounds.map((round) => round.run)),
    cpuMicroseconds: costs[Math.floor(costs.length / 2)] ?? Number.NaN,
  }
}

async function createCustomers(port: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < CUSTOMERS; index++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/customers`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_sandbox' },
      body: new URLSearchParams({ email: `first${index}@example.com` }),
    })
    // Stripe's answer to a creation has an id.
    const { id } = (await answer.json()) as { id: string }
    ids.push(id)
  }
  return ids
}

/** With the headers that the SDK sends, among them a new Idempotency-Key with each POST. */
function request(method: string, path: string, body = ''): Buffer {
  const key = method === 'POST' ? `Idempotency-Key: stripe-node-retry-${randomUUID()}\r\n` : ''
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_sandbox\r\n` +
      `Accept: application/json\r\nUser-Agent: Stripe/v1 NodeBindings/23.1.0\r\n${key}` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
