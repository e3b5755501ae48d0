import type { Sandbox } from '../../src/index.ts'

export interface PlainAnswer {
  status: number
  headers: Headers
  body: unknown
}

/** A request without the SDK, for what the SDK would never send. */
export async function send(
  sandbox: Pick<Sandbox, 'url' | 'apiKey'>,
  method: string,
  path: string,
  options: { body?: string; headers?: Record<string, string> } = {},
): Promise<PlainAnswer> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${sandbox.apiKey}`,
      'Content-Type': 'application/x-www-form-urlencoded',
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: options.body }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export function post(
  sandbox: Pick<Sandbox, 'url' | 'apiKey'>,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<PlainAnswer> {
  return send(sandbox, 'POST', path, { body, headers })
}
