import { hash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Authenticate } from '../../auth/authenticate.ts'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv } from '../context.ts'

/** Who may read /metrics: the bearer of the configured token, and operators. */
export function metricsAccess(token: string | null, whoAsks: Authenticate): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (token === null || bearer === undefined || !isSame(bearer, token)) {
      const principal = await whoAsks(c.req)
      if (!principal.permissions.has('operate')) throw new DomainError('forbidden')
    }
    await next()
  }
}

/** In a time that does not tell how much of the token was right. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
}
