import type { MiddlewareHandler } from 'hono'
import type { Authenticate } from '../../auth/authenticate.ts'
import type { Database } from '../../db/connect.ts'
import type { Logger } from '../../observability/log.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { createReadConnection } from '../connection.ts'
import type { AppEnv, Guards } from '../context.ts'
import { authenticate } from './authenticate.ts'
import { bodyLimit } from './body-limit.ts'
import { cors } from './cors.ts'
import { httpsOnly } from './https-only.ts'
import { installed } from './installed.ts'
import { metricsAccess } from './metrics-access.ts'
import { noStore } from './no-store.ts'
import {
  limitBadSignatures,
  limitPerAddress,
  limitPerOwner,
  memoryLimiter,
  sharedLimiter,
} from './rate-limit.ts'
import { requestId } from './request-id.ts'
import { requestLog } from './request-log.ts'
import { requirePermission } from './require-permission.ts'
import { securityHeaders } from './security-headers.ts'
import { timeout } from './timeout.ts'

export interface GuardSettings {
  isCatalogPublic: boolean
  corsOrigins: readonly string[]
  /** Addresses and ranges whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[]
  isHttpsRequired: boolean
  /** Null: only operators. `open`: anybody, on a laptop. */
  metricsAccess: { token: string } | 'open' | null
  /** Per owner, counted by this process. */
  readsPerMinute: number
  /** Per owner, counted in the database. */
  spendsPerMinute: number
  /** Per network address, counted by this process. */
  addressRequestsPerMinute: number
  bodyTimeoutMs: number
  requestTimeoutMs: number
}

export interface GuardParts {
  db: Database
  log: Logger
  metrics: Metrics
  whoAsks: Authenticate
  ensureInstalled: () => Promise<unknown> | null
}

const API_BODY_BYTES = 100 * 1024
const WEBHOOK_BODY_BYTES = 1024 * 1024
/** An honest endpoint at Stripe has its secret right, or an operator at work on it. */
const BAD_SIGNATURES_PER_MINUTE = 60

/**
 * The chains of middleware before the routes. Order matters: the address is counted before a token is verified (verifying costs
 * time), the owner only after it; the permission is judged before the shared counter, so that who may not spend costs no query.
 */
export function createGuards(parts: GuardParts, settings: GuardSettings): Guards {
  const readConnection = createReadConnection(settings.trustedProxies)
  const perAddress = limitPerAddress(memoryLimiter(settings.addressRequestsPerMinute), readConnection)
  const perOwner = limitPerOwner(memoryLimiter(settings.readsPerMinute))
  const whoAsks = authenticate(parts.whoAsks)
  const ready = installed(parts.ensureInstalled)
  const { bodyTimeoutMs: timeoutMs } = settings
  const read = [perAddress, whoAsks, requirePermission('read'), perOwner, ready]

  return {
    everyRequest: [
      requestId(),
      requestLog(parts.log, parts.metrics),
      securityHeaders({ hasHttps: settings.isHttpsRequired }),
      noStore(),
      ...(settings.isHttpsRequired ? [httpsOnly(readConnection)] : []),
      cors(settings.corsOrigins),
      timeout(settings.requestTimeoutMs),
    ],
    catalogue: settings.isCatalogPublic ? [perAddress, ready] : read,
    read,
    spend: [
      perAddress,
      whoAsks,
      requirePermission('spend'),
      bodyLimit({ maxBytes: API_BODY_BYTES, timeoutMs }),
      limitPerOwner(sharedLimiter(parts.db, 'spend', settings.spendsPerMinute)),
      ready,
    ],
    operate: [perAddress, whoAsks, requirePermission('operate'), perOwner, ready],
    webhook: [
      limitBadSignatures(memoryLimiter(BAD_SIGNATURES_PER_MINUTE), readConnection),
      bodyLimit({ maxBytes: WEBHOOK_BODY_BYTES, timeoutMs }),
      ready,
    ],
    metrics: metricsGuard(parts.whoAsks, settings.metricsAccess, perAddress),
  }
}

function metricsGuard(
  whoAsks: Authenticate,
  access: GuardSettings['metricsAccess'],
  perAddress: MiddlewareHandler<AppEnv>,
): MiddlewareHandler<AppEnv>[] {
  return access === 'open' ? [] : [perAddress, metricsAccess(access?.token ?? null, whoAsks)]
}
