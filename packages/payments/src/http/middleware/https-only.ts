import type { MiddlewareHandler } from 'hono'
import { DomainError } from '../../domain/errors.ts'
import type { ReadConnection } from '../connection.ts'
import type { AppEnv } from '../context.ts'

/** Asked from inside the platform, past the proxy that ends TLS; their answers hold nothing about an owner. */
const INSIDE = /^\/(healthz|readyz|metrics)$/

/** 400 for a request that came over plain HTTP. Not a redirect: the token in it has already been read by whoever listened. */
export function httpsOnly(readConnection: ReadConnection): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    if (!readConnection(c).isHttps && !INSIDE.test(c.req.path)) throw new DomainError('https_required')
    return next()
  }
}
