import http from 'node:http'
import https from 'node:https'

export interface PostResult {
  /** HTTP status; null when there was no answer. */
  status: number | null
  /** Why there was none. */
  error: string | null
  tookMs: number
  /** The first characters of the answer, for who reads of the attempt later. */
  answer: string
}

const keptBytes = 1024

/** POSTs a payload and reads the answer to its end. Redirects are answers like others: Stripe does not follow them. */
export function post(
  url: string,
  payload: string,
  headers: Record<string, string>,
  options: { agents: Agents; timeoutMs: number; signal: AbortSignal },
): Promise<PostResult> {
  return new Promise((resolve) => {
    const isTls = url.startsWith('https:')
    // From the first byte sent to the last one received. A plain timer costs a tenth of AbortSignal.timeout.
    const deadline = setTimeout(() => request.destroy(new Error('timed out')), options.timeoutMs)
    const startedAt = performance.now()
    const end = (status: number | null, error: string | null, answer: Buffer): void => {
      clearTimeout(deadline)
      // Cut inside a character, its half reads as a replacement character.
      resolve({ status, error, tookMs: performance.now() - startedAt, answer: answer.toString('utf8') })
    }
    const fail = (error: Error): void => end(null, reasonOf(error), Buffer.alloc(0))
    const request = (isTls ? https : http).request(
      url,
      {
        method: 'POST',
        agent: isTls ? options.agents.https : options.agents.http,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(payload) },
        signal: options.signal,
      },
      (response) => {
        let kept = Buffer.alloc(0)
        response.on('error', fail)
        response.on('data', (chunk: Buffer) => {
          if (kept.length < keptBytes) kept = Buffer.concat([kept, chunk]).subarray(0, keptBytes)
        })
        response.on('end', () => end(response.statusCode ?? null, null, kept))
      },
    )
    request.on('error', fail)
    // As text: Node then sends head and body in one write.
    request.end(payload)
  })
}

export interface Agents {
  http: http.Agent
  https: https.Agent
}

/** Connections kept open between deliveries; `destroy` both at the end. */
export function keepAliveAgents(): Agents {
  return { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) }
}

function reasonOf(error: Error): string {
  return 'code' in error ? `${error.message} (${String(error.code)})` : error.message
}
