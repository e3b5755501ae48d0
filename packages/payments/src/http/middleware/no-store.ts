import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../context.ts'

/** Answers are about one owner at one moment: no cache keeps them. A route that may be cached sets its own header afterwards. */
export function noStore(): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    c.header('Cache-Control', 'no-store')
    return next()
  }
}
