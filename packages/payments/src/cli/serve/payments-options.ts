import type { ServeConfig } from '../../config.ts'
import type { AuthOptions, Logger, PaymentsOptions, Policy } from '../../index.ts'

/** The configuration of the environment as the options that a host app would write in code. */
export function paymentsOptionsOf(config: ServeConfig, log: Logger): PaymentsOptions {
  return {
    database: { url: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE },
    stripe: {
      secretKey: config.STRIPE_SECRET_KEY,
      webhookSecrets: config.WEBHOOK_SECRET,
      apiBase: config.STRIPE_API_BASE,
      callsPerSecond: config.STRIPE_CALLS_PER_SECOND,
    },
    drain: { settleMs: config.EVENT_SETTLE_MS },
    reconcile: {
      feed: config.EVENT_FEED,
      feedEveryMs: config.EVENT_FEED_SECONDS * 1000,
      sweepEveryMs: config.SWEEP_HOURS === 0 ? null : config.SWEEP_HOURS * 60 * 60_000,
    },
    retention: { eventDays: config.EVENT_RETENTION_DAYS, outboxDays: config.OUTBOX_RETENTION_DAYS },
    policy: policyOf(config),
    outbox: { endpoints: config.APP_WEBHOOKS, networks: config.APP_WEBHOOK_NETWORKS },
    frontendUrl: config.FRONTEND_URL,
    auth: authOptionsOf(config),
    isCatalogPublic: config.CATALOG_PUBLIC,
    http: {
      corsOrigins: config.CORS_ORIGINS,
      trustedProxies: config.TRUSTED_PROXIES,
      isHttpsRequired: !config.ALLOW_HTTP,
      metricsAccess: config.METRICS_TOKEN === undefined ? null : { token: config.METRICS_TOKEN },
      readsPerMinute: config.READS_PER_MINUTE,
      spendsPerMinute: config.SPENDS_PER_MINUTE,
      addressRequestsPerMinute: config.ADDRESS_REQUESTS_PER_MINUTE,
    },
    hasProcessMetrics: true,
    log,
  }
}

export function policyOf(
  config: Pick<ServeConfig, 'PAST_DUE_GRACE_DAYS' | 'DUPLICATE_SUBSCRIPTIONS'>,
): Policy {
  return { pastDueGraceDays: config.PAST_DUE_GRACE_DAYS, duplicates: config.DUPLICATE_SUBSCRIPTIONS }
}

function authOptionsOf(config: ServeConfig): AuthOptions {
  const shared = {
    audience: config.JWT_AUDIENCE,
    clockSkewSeconds: config.JWT_CLOCK_SKEW_SECONDS,
    claims: {
      owner: config.JWT_OWNER_CLAIM,
      email: config.JWT_EMAIL_CLAIM,
      roles: config.JWT_ROLES_CLAIM,
    },
    roles: { read: config.READ_ROLES, spend: config.SPEND_ROLES, operate: config.OPERATOR_ROLES },
  }
  if (config.JWT_SECRET !== undefined) {
    return { ...shared, secret: config.JWT_SECRET, issuer: config.JWT_ISSUER }
  }
  // The configuration is refused without one of the two, and without an issuer beside a key URL.
  return { ...shared, issuer: config.JWT_ISSUER ?? '', jwksUrl: config.JWT_JWKS_URL ?? '' }
}
