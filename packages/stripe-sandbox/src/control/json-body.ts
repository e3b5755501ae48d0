import type { Context as HttpContext } from 'hono'
import { HTTPException } from 'hono/http-exception'

const maxBytes = 256 * 1024

/** The JSON object that a request carries; an empty one when it carries nothing. @throws HTTPException 400, 413 */
export async function jsonBody(http: HttpContext): Promise<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of http.req.raw.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new HTTPException(413, { message: 'The request body is too large.' })
    text += decoder.decode(chunk, { stream: true })
  }
  const body: unknown = text.trim() === '' ? {} : parsed(text)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new HTTPException(400, { message: 'The request body must be a JSON object.' })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HTTPException(400, { message: 'The request body is not JSON.', cause: error })
  }
}
