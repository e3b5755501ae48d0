import { connect, type Socket } from 'node:net'

export interface LoadResult {
  requests: number
  /** Answers that were not 2xx; a run with any is void. */
  failures: number
  seconds: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

export interface LoadOptions {
  port: number
  connections: number
  /** How long answers are counted, in milliseconds; `warmUpMs` before it is not. */
  durationMs: number
  warmUpMs: number
  /** The next request, whole: head and body. */
  nextRequest: () => Buffer
  /** Called when the warm-up is over. */
  onCounting?: () => void
}

/**
 * Keeps `connections` sockets busy, one request under way on each, and counts the answers. Plain sockets instead of an
 * HTTP client: the load shares two cores with the server and PostgreSQL, so what it costs itself distorts the result.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const latenciesMs: number[] = []
  let failures = 0
  let counting = false
  let running = true

  const workers = Array.from({ length: options.connections }, async () => {
    const client = await openClient(options.port)
    while (running) {
      const startedAt = performance.now()
      const status = await client.send(options.nextRequest())
      if (!counting) continue
      latenciesMs.push(performance.now() - startedAt)
      if (status < 200 || status > 299) failures++
    }
    client.socket.destroy()
  })

  await after(options.warmUpMs)
  counting = true
  options.onCounting?.()
  const startedAt = performance.now()
  await after(options.durationMs)
  counting = false
  const seconds = (performance.now() - startedAt) / 1000
  running = false
  await Promise.all(workers)

  latenciesMs.sort((a, b) => a - b)
  const percentile = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN
  return {
    requests: latenciesMs.length,
    failures,
    seconds,
    perSecond: latenciesMs.length / seconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  }
}

/** The middle run by rate. A run with a refused request is no measurement. */
export function median(runs: LoadResult[]): LoadResult {
  const failed = runs.find((run) => run.failures > 0)
  if (failed) throw new Error(`${failed.failures} of ${failed.requests} requests were not answered 2xx`)
  const middle = runs.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(runs.length / 2)]
  if (!middle) throw new Error('no run')
  return middle
}

interface Client {
  socket: Socket
  send(request: Buffer): Promise<number>
}

/** One keep-alive connection; answers must carry a content-length, as every server measured here does. */
export async function openClient(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let answered: (status: number) => void = () => undefined
  let failed: (error: Error) => void = () => undefined
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const headEnd = received.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const length = /content-length: *(\d+)/i.exec(received.slice(0, headEnd))
    const end = headEnd + 4 + Number(length?.[1] ?? 0)
    if (received.length < end) return
    const status = Number(received.slice(9, 12))
    received = received.slice(end)
    answered(status)
  })
  socket.on('error', (error) => failed(error))
  socket.on('close', () => failed(new Error('the server closed the connection')))
  return {
    socket,
    send: (request) =>
      new Promise((resolve, reject) => {
        answered = resolve
        failed = reject
        socket.write(request)
      }),
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
