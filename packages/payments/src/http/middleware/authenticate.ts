import type { MiddlewareHandler } from 'hono'
import type { Authenticate } from '../../auth/authenticate.ts'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv } from '../context.ts'

/** Finds out who is asking and leaves the principal on the request; 401 when nobody valid is. */
export function authenticate(whoAsks: Authenticate): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    try {
      c.set('principal', await whoAsks(c.req))
    } catch (error) {
      if (error instanceof DomainError && error.status === 401) {
        c.header(
          'WWW-Authenticate',
          error.code === 'invalid_token' ? 'Bearer error="invalid_token"' : 'Bearer',
        )
      }
      throw error
    }
    await next()
  }
}
