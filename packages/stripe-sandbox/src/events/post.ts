import http from 'node:http'
import https from 'node:https'

export interface PostResult {
  /** HTTP status; null when there was no answer. */
  status: number | null
  /** Why there was none. */
  error: string | null
}

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
    const end = (result: PostResult): void => {
      clearTimeout(deadline)
      resolve(result)
    }
    const fail = (error: Error): void => end({ status: null, error: reasonOf(error) })
    const request = (isTls ? https : http).request(
      url,
      {
        method: 'POST',
        agent: isTls ? options.agents.https : options.agents.http,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(payload) },
        signal: options.signal,
      },
      (response) => {
        response.on('error', fail)
        response.on('end', () => end({ status: response.statusCode ?? null, error: null }))
        response.resume()
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
