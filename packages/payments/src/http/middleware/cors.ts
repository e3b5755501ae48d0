import type { MiddlewareHandler } from 'hono'
import { cors as honoCors } from 'hono/cors'
import type { AppEnv } from '../context.ts'

/**
 * Lets the pages of the listed origins call the API, and no other page. Tokens travel in a header, so cookies are never allowed.
 * Only requests that a page of another origin sent pass through Hono's part, which costs more than all else before the routes;
 * without it their answers lack `Vary: Origin`, which means nothing to answers that no cache keeps.
 */
export function cors(origins: readonly string[]): MiddlewareHandler<AppEnv> {
  const answerOrigin = honoCors({
    origin: [...new Set(origins.map((origin) => new URL(origin).origin))],
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-Id'],
    exposeHeaders: ['X-Request-Id', 'Retry-After'],
    maxAge: 600,
  })
  return (c, next) => (c.req.header('origin') === undefined ? next() : answerOrigin(c, next))
}
