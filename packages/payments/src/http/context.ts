import type { MiddlewareHandler } from 'hono'
import type { ActionContext } from '../actions/context.ts'
import type { Principal } from '../domain/principal.ts'

/** What middleware leaves on a request for the routes. */
export interface AppEnv {
  Variables: {
    /** Set by the guards `read` and `spend` (and by `catalogue` when the catalogue is not open to visitors). */
    principal: Principal
    requestId: string
  }
}

/** Chains of middleware that stand before the routes, outermost first. Built in http/middleware, put together in index.ts. */
export interface Guards {
  /** Every request: request id and log line, HTTPS, security headers, CORS, time limit. */
  everyRequest: MiddlewareHandler<AppEnv>[]
  /** Products and plans: as `read`, or open to visitors when configured so. */
  catalogue: MiddlewareHandler<AppEnv>[]
  /** A principal who may read, within the limits for reads. */
  read: MiddlewareHandler<AppEnv>[]
  /** A principal who may spend, within the shared limits for calls that use Stripe's budget; body limit of the API. */
  spend: MiddlewareHandler<AppEnv>[]
  /** Operators only, within the limits for reads. */
  operate: MiddlewareHandler<AppEnv>[]
  /** The webhook: body limit only. */
  webhook: MiddlewareHandler<AppEnv>[]
  /** /metrics: the bearer of the metrics token, and operators. */
  metrics: MiddlewareHandler<AppEnv>[]
}

/** What the HTTP edge works with. */
export interface HttpContext extends ActionContext {
  guards: Guards
  /**
   * Verifies and stores one webhook delivery; resolves when its event is committed (webhooks/receive).
   * Throws DomainError `webhook_invalid_payload` or `webhook_invalid_signature`.
   */
  receiveWebhook(rawBody: Uint8Array, signature: string | undefined): Promise<unknown>
  /** Whether this process should get requests now; `reason` is a short word for a person. */
  readiness(): Promise<{ ready: boolean; reason?: string }>
}
