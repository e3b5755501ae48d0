import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../context.ts'

/**
 * Lets no request touch the mirror before it is known that the database serves the mode of the Stripe key. Costs nothing once it
 * is known; while the database is away, each request asks again and is answered 503.
 */
export function installed(ensureInstalled: () => Promise<unknown> | null): MiddlewareHandler<AppEnv> {
  return async (_c, next) => {
    const checking = ensureInstalled()
    if (checking !== null) await checking
    await next()
  }
}
