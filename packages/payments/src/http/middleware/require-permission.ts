import type { MiddlewareHandler } from 'hono'
import { DomainError } from '../../domain/errors.ts'
import type { Permission } from '../../domain/principal.ts'
import type { AppEnv } from '../context.ts'

/** 403 unless the principal has the permission. Stands behind `authenticate`. */
export function requirePermission(permission: Permission): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    if (!c.get('principal').permissions.has(permission)) throw new DomainError('forbidden')
    return next()
  }
}
