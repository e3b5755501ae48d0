import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Database } from '../../db/connect.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ReadConnection } from '../connection.ts'
import type { AppEnv } from '../context.ts'

/** Takes one point for the key. @throws DomainError rate_limited (429), database_unavailable (503) */
export type Limiter = (key: string) => Promise<void>

const MINUTE_SECONDS = 60

/** Counted by this process alone. Costs nothing; with n replicas a caller gets n times as much. */
export function memoryLimiter(perMinute: number): Limiter {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: MINUTE_SECONDS })
  return async (key) => {
    try {
      await limiter.consume(key)
    } catch (refused) {
      throw refusal(refused)
    }
  }
}

/**
 * Counted in the database, by all replicas together. Who is over the limit is then refused from memory, without a query. When
 * the database cannot count, the call is refused: what is limited here spends Stripe's budget, which all owners share.
 */
export function sharedLimiter(db: Database, name: string, perMinute: number): Limiter {
  const limiter = new RateLimiterPostgres({
    storeClient: db.pool,
    schemaName: 'billhook',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: perMinute,
    duration: MINUTE_SECONDS,
    inMemoryBlockOnConsumed: perMinute + 1,
    // The pruning job does it: the library's own timer would outlive the pool.
    clearExpiredByTimeout: false,
  })
  return async (key) => {
    try {
      // Owner ids can be as long as the column; their hash never is.
      await limiter.consume(createHash('sha256').update(key).digest('base64url'))
    } catch (refused) {
      throw refusal(refused)
    }
  }
}

export function limitPerOwner(limiter: Limiter): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await limiter(c.get('principal').ownerId)
    await next()
  }
}

export function limitPerAddress(limiter: Limiter, readConnection: ReadConnection): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await takeForAddress(c, limiter, readConnection)
    await next()
  }
}

/**
 * Counts deliveries with a bad signature, after the signature was judged: Stripe's own deliveries are never refused, however
 * many bad ones come from the same address.
 */
export function limitBadSignatures(
  limiter: Limiter,
  readConnection: ReadConnection,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next()
    const { error } = c
    if (error instanceof DomainError && error.code.startsWith('webhook_invalid_')) {
      await takeForAddress(c, limiter, readConnection)
    }
  }
}

/** An address that is not known (inside a host app) is not limited: all would share one counter. */
async function takeForAddress(c: Context<AppEnv>, limiter: Limiter, readConnection: ReadConnection) {
  const { address } = readConnection(c)
  if (address !== null) await limiter(networkOf(address))
}

/** One subscriber of an IPv6 network has a whole /64: counting single addresses would count nothing. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::', 2)
  const headGroups = head === '' ? [] : head.split(':')
  const tailGroups = tail === '' ? [] : tail.split(':')
  const missing = address.includes('::') ? 8 - headGroups.length - tailGroups.length : 0
  const groups = [...headGroups, ...Array<string>(Math.max(missing, 0)).fill('0'), ...tailGroups]
  return `${groups.slice(0, 4).join(':')}::/64`
}

function refusal(refused: unknown): DomainError {
  if (refused instanceof RateLimiterRes) {
    return new DomainError('rate_limited', {
      retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
    })
  }
  return new DomainError('database_unavailable', { cause: refused, retryAfterSeconds: 5 })
}
