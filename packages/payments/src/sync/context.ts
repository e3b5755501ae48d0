import type { Database } from '../db/connect.ts'
import type { Clock } from '../domain/clock.ts'
import type { Policy } from '../domain/policy.ts'
import type { Logger } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { StripeClient } from '../stripe/client.ts'

/** What a sync works with. */
export interface SyncContext {
  db: Database
  stripe: StripeClient
  clock: Clock
  log: Logger
  metrics: Metrics
  policy: Policy
  /** Id of this installation: tells our customers at Stripe from others', and starts every idempotency key. */
  installationId: string
}
