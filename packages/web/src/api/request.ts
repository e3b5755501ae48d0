import { accessToken } from '../session.ts'
import type { Decoder } from './decode.ts'

/** The API, or the way to it, said no. `message` is the API's own `detail`: a sentence for a person. */
export class ApiError extends Error {
  /** HTTP status; null when no answer came at all. */
  readonly status: number | null
  readonly requestId: string | null

  constructor(message: string, status: number | null, requestId: string | null, cause?: unknown) {
    super(message, { cause })
    this.status = status
    this.requestId = requestId
  }

  /** Whether the same request may well succeed a little later. */
  get isPassing(): boolean {
    return this.status === null || this.status === 429 || this.status >= 502
  }
}

/**
 * One call of the API with the person's token.
 * Errors: ApiError for every refusal and for a network that is away; UnexpectedAnswer for a 2xx of another shape.
 */
export async function request<T>(
  decode: Decoder<T>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  options: { body?: unknown; idempotencyKey?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const headers = new Headers({ Accept: 'application/json' })
  const token = accessToken()
  if (token !== null) headers.set('Authorization', `Bearer ${token}`)
  if (options.idempotencyKey !== undefined) headers.set('Idempotency-Key', options.idempotencyKey)
  const init: RequestInit = { method, headers }
  if (options.signal !== undefined) init.signal = options.signal
  if (options.body !== undefined) {
    headers.set('Content-Type', 'application/json')
    init.body = JSON.stringify(options.body)
  }
  const response = await send(path, init)
  const answer = await readJson(response)
  if (!response.ok) throw refusal(response, answer)
  return decode(answer, path)
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new ApiError('The shop cannot be reached. Check your connection and try again.', null, null, error)
  }
}

async function readJson(response: Response): Promise<unknown> {
  const body = await response.text()
  try {
    return JSON.parse(body)
  } catch {
    // A proxy in between answers HTML: its status says enough, and `refusal` words it.
    return null
  }
}

function refusal(response: Response, answer: unknown): ApiError {
  const given = new Map<string, unknown>(
    typeof answer === 'object' && answer !== null ? Object.entries(answer) : [],
  )
  const detail = given.get('detail')
  const requestId = given.get('request_id')
  return new ApiError(
    typeof detail === 'string' ? detail : `The shop answered with an error (${response.status}).`,
    response.status,
    typeof requestId === 'string' ? requestId : null,
  )
}
