import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../context.ts'

/** Long enough to be an id, short enough for a log, and no sign that means anything anywhere. */
const SANE_ID = /^[\w.:-]{8,128}$/

/** Gives each request an id, in every log line and every answer. A caller's own X-Request-Id is kept when it is a sane one. */
export function requestId(): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const inbound = c.req.header('x-request-id')
    const id = inbound !== undefined && SANE_ID.test(inbound) ? inbound : randomUUID()
    c.set('requestId', id)
    c.header('X-Request-Id', id)
    return next()
  }
}
