import type { Context, MiddlewareHandler } from 'hono'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv } from '../context.ts'

export interface BodyRules {
  maxBytes: number
  /** How long the whole body may take to arrive. */
  timeoutMs: number
}

/**
 * Reads the body, up to a limit of size and time, before anything else works on it: 413 and 408 in our own shape. The routes
 * find it in Hono's cache, as if nobody had read it.
 */
export function bodyLimit({ maxBytes, timeoutMs }: BodyRules): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const declared = c.req.header('content-length')
    // Too long by its own word: not a byte of it is read.
    if (declared !== undefined && Number(declared) > maxBytes) throw refuse(c, 'body_too_large')
    const isMeasured = declared !== undefined && c.req.header('transfer-encoding') === undefined
    const reading = isMeasured ? c.req.arrayBuffer() : readUnmeasured(c, maxBytes)
    await withinTime(c, reading, timeoutMs)
    return next()
  }
}

/** A body that does not say how long it is (chunked, or from a host app). */
async function readUnmeasured(c: Context<AppEnv>, maxBytes: number): Promise<void> {
  const stream = c.req.raw.body
  if (stream === null) return
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > maxBytes) throw refuse(c, 'body_too_large')
    chunks.push(chunk)
  }
  const { url, method, headers } = c.req.raw
  c.req.raw = new Request(url, { method, headers, body: Buffer.concat(chunks) })
}

async function withinTime(c: Context<AppEnv>, reading: Promise<unknown>, timeoutMs: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(refuse(c, 'body_timeout')), timeoutMs)
  try {
    await Promise.race([reading.catch(breakOff), late])
  } finally {
    clearTimeout(timer)
  }
}

/** The sender went away in the middle: nobody's fault here, and nothing to look into. What we refused ourselves stays as it is. */
function breakOff(cause: unknown): never {
  throw cause instanceof DomainError ? cause : new DomainError('body_incomplete', { cause })
}

/** What is left of the body will not be read, so the connection cannot be used again. */
function refuse(c: Context<AppEnv>, code: 'body_too_large' | 'body_timeout'): DomainError {
  c.header('Connection', 'close')
  return new DomainError(code)
}
