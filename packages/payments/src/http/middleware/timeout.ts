import type { MiddlewareHandler } from 'hono'
import { DomainError } from '../../domain/errors.ts'
import type { AppEnv } from '../context.ts'

/**
 * 503 for a request that is not answered in time. Its work goes on and is safe to ask for again: every write is idempotent.
 * Longer than a Stripe call with its retries takes, so that this is the last net and not the usual answer.
 */
export function timeout(timeoutMs: number): MiddlewareHandler<AppEnv> {
  return async (_c, next) => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new DomainError('request_timeout', { retryAfterSeconds: 5 })),
      timeoutMs,
    )
    try {
      await Promise.race([next(), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
