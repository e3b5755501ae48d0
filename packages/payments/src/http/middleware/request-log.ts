import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from '../../observability/log.ts'
import type { Metrics } from '../../observability/metrics.ts'
import type { AppEnv } from '../context.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** Asked every few seconds by machines: lines about them would hide the others. */
const QUIET = /\/(healthz|readyz|metrics)$/

/**
 * One line and one measurement for each request. The line names the route's pattern, not the address that was asked for: paths
 * and queries can hold ids and tokens. Bodies and headers are never written.
 */
export function requestLog(log: Logger, metrics: Metrics): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = performance.now()
    await next()
    const ms = performance.now() - startedAt
    const route = routePattern(c)
    const method = METHODS.has(c.req.method) ? c.req.method : 'OTHER'
    const status = c.res.status
    metrics.httpRequestSeconds.observe({ method, route, status }, ms / 1000)
    const line = {
      requestId: c.get('requestId'),
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      owner: c.get('principal')?.ownerId,
    }
    if (QUIET.test(route)) log.debug(line, 'request')
    else log.info(line, 'request')
  }
}

/** The pattern of the last route that matched and is no middleware for everything; `unmatched` when there is none. */
function routePattern(c: Context<AppEnv>): string {
  const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))
  return route?.path ?? 'unmatched'
}
