import type { ActionContext } from './actions/context.ts'
import { type AuthOptions, authSettingsOf } from './auth/auth-options.ts'
import { createAuthenticate } from './auth/authenticate.ts'
import { createCallBucket } from './db/call-bucket.ts'
import { connect } from './db/connect.ts'
import { createKnownInstallation } from './db/known-installation.ts'
import { listPendingMigrations, MigrationError, migrate } from './db/migrate.ts'
import { type Clock, systemClock } from './domain/clock.ts'
import { DomainError, ERRORS } from './domain/errors.ts'
import { type PolicyOptions, policyFrom } from './domain/policy.ts'
import { createApp } from './http/app.ts'
import { withoutBasePath } from './http/base-path.ts'
import { createJudgeArrival } from './http/connection.ts'
import type { HttpContext } from './http/context.ts'
import type { AcceptDelivery, Delivery } from './http/direct-webhook.ts'
import { createGuards, type GuardSettings } from './http/middleware/guards.ts'
import { createRequestsUnderWay } from './http/requests-under-way.ts'
import { type JobOptions, jobSettingsOf } from './jobs/job-settings.ts'
import { createJobs } from './jobs/jobs.ts'
import { nameTargets } from './jobs/outbox-targets.ts'
import { createLogger, type Logger } from './observability/log.ts'
import { createMetrics } from './observability/metrics.ts'
import { beginFeed } from './reconcile/event-feed.ts'
import { isLiveKey, type Stripe, type StripeClient } from './stripe/client.ts'
import { connectStripe, defaultCallsPerSecond } from './stripe/connect-stripe.ts'
import { createKnownAccount, refuseWrongAccount } from './sync/known-account.ts'
import { createInbox } from './webhooks/inbox.ts'
import { receiveWebhook, storeDelivery } from './webhooks/receive.ts'
import { takeFromFeed } from './webhooks/take-from-feed.ts'

export type {
  AuthOptions,
  HostAuthOptions,
  IssuerAuthOptions,
  SecretAuthOptions,
} from './auth/auth-options.ts'
export type { HostPrincipal } from './auth/authenticate.ts'
export type { AppEndpoint } from './domain/app-endpoint.ts'
export type { WantedEvents } from './domain/app-event-types.ts'
export type { AppEvent, AppEventType } from './domain/app-events.ts'
export type { Clock } from './domain/clock.ts'
export { DomainError } from './domain/errors.ts'
export type { Policy, PolicyOptions } from './domain/policy.ts'
export type { Logger } from './observability/log.ts'
export type { EventHandlers } from './outbox/targets.ts'

export interface PaymentsOptions extends JobOptions {
  database: {
    /** `postgres://…` */
    url: string
    /** Connections opened at most. 10 when left out. */
    poolSize?: number
    /** How long a query waits for a connection. 3,000 when left out. */
    connectTimeoutMs?: number | undefined
  }
  stripe: {
    /** `sk_…` or `rk_…`. */
    secretKey: string
    /** Every signing secret that is valid now. Empty only with `reconcile.feed: 'only'`. */
    webhookSecrets: readonly string[]
    /** Base URL of a local Stripe. */
    apiBase?: string | null | undefined
    /** Calls a second that all processes of this database may send together; null: as many as wanted. Default: 25 with a test key, 80 with a live one, null with `apiBase`. */
    callsPerSecond?: number | null | undefined
    /** How long one attempt of a call may take. 20,000 when left out. */
    timeoutMs?: number | undefined
    /** How often the SDK tries a call again whose answer did not come. 2 when left out. */
    maxRetries?: number | undefined
  }
  /** Origin (and path, if any) of the app's pages: people come back from Checkout and the portal below it, never elsewhere. */
  frontendUrl: string
  auth: AuthOptions
  /** Opens the product and plan lists to visitors. */
  isCatalogPublic?: boolean
  /** Where the host app mounts the handler, such as `/billing`; it is cut off before routing. */
  basePath?: string
  http?: HttpOptions
  /** What Stripe cannot know: when access ends without payment. Everything has a default. */
  policy?: PolicyOptions
  /** Lets `start` bring the database to the newest schema. Left out, a database that is behind makes `start` fail. */
  migrate?: boolean
  /** Reports memory, CPU and event loop of the process in /metrics too. For a process of our own; a host app reports its own. */
  hasProcessMetrics?: boolean
  clock?: Clock
  log?: Logger
}

/** How the API is guarded; everything has a default. */
export type HttpOptions = Partial<Omit<GuardSettings, 'isCatalogPublic'>>

export interface Payments {
  /**
   * The API as a Web-standard handler.
   * @param bindings what the server knows of the connection; `@hono/node-server` passes it by itself
   */
  fetch(request: Request, bindings?: object): Promise<Response>
  /**
   * The short way in for Stripe's deliveries at a Node server of our own (http/direct-webhook.ts). Rejects for all but one that is
   * in order and stored; `fetch` then answers the same bytes and says what is wrong.
   */
  acceptDelivery: AcceptDelivery
  /**
   * Checks that the database fits (schema, Stripe mode, Stripe account) and starts the work that runs by itself: the inbox, the catalogue, pruning.
   * Rejects when the database cannot be reached or does not fit; it can be called again.
   */
  start(): Promise<void>
  /** From now on /readyz answers 503, so that a load balancer sends nothing new; everything else goes on. */
  refuseNewWork(): void
  /** Ends in order and loses nothing: waits for requests, then for jobs (for so long in all), then closes the database. Repeatable. */
  stop(options?: { timeoutMs?: number }): Promise<void>
}

/**
 * Billhook inside a Node process: `billhook serve` and `billhook dev` use it as every host app does.
 *
 * Nothing is connected before the first request or `start`. A process may serve requests without `start`, when another process
 * of the same database runs the jobs.
 */
export function createPayments(options: PaymentsOptions): Payments {
  const { clock = systemClock, log = createLogger('info') } = options
  const policy = policyFrom(options.policy)
  const metrics = createMetrics({ withProcess: options.hasProcessMetrics ?? false })
  const livemode = isLiveKey(options.stripe.secretKey)
  const db = connect({
    databaseUrl: options.database.url,
    maxConnections: options.database.poolSize ?? 10,
    connectTimeoutMs: options.database.connectTimeoutMs,
    onIdleError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const { secretKey: apiKey, apiBase, timeoutMs, maxRetries } = options.stripe
  const { callsPerSecond = defaultCallsPerSecond(apiKey, apiBase) } = options.stripe
  const bucket = createCallBucket(db, callsPerSecond ?? 0)
  const attempts = { timeoutMs, maxNetworkRetries: maxRetries }
  const stripe = connectStripe({
    ...{ apiKey, apiBase, ...attempts, callsPerSecond, bucket, clock, log, metrics },
    knowAccount: (client) => createKnownAccount({ db, clock, log }, client),
  })
  const installation = createKnownInstallation(db, livemode)
  const inbox = createInbox({ db, onStored: () => jobs.wake() })
  const underWay = createRequestsUnderWay()
  const receiving = { inbox, clock, log, metrics, livemode, secrets: webhookSecretsOf(options) }
  let phase: 'serving' | 'leaving' | 'stopped' = 'serving'
  let stopping: Promise<void> | null = null

  const guardSettings = guardSettingsOf(options)
  const judgeArrival = createJudgeArrival(guardSettings.trustedProxies)

  const contextWith = (client: StripeClient): ActionContext => ({
    db,
    stripe: client,
    clock,
    log,
    metrics,
    get installationId() {
      return installation.id()
    },
    policy,
    frontendUrl: options.frontendUrl.replace(/\/+$/, ''),
  })
  // Object.assign, because a spread would ask for the installation's id before the database was asked.
  const context: HttpContext = Object.assign(contextWith(stripe.forPeople), {
    guards: createGuards(
      {
        db,
        log,
        metrics,
        whoAsks: createAuthenticate(authSettingsOf(options.auth), clock),
        ensureInstalled: installation.ensure,
      },
      guardSettings,
    ),
    receiveWebhook: (rawBody: Uint8Array, signature: string | undefined) =>
      receiveWebhook(receiving, rawBody, signature),
    readiness,
  })
  const app = createApp(context)
  const feeding = Object.assign(contextWith(stripe.forBackground), {
    takeIn: (listed: readonly Stripe.Event[], wasMissed: boolean) =>
      takeFromFeed({ ...receiving, db }, listed, wasMissed),
  })
  const settings = jobSettingsOf(options, clock)
  const jobs = createJobs(feeding, settings, { isCrowded: inbox.isCrowded })

  async function readiness(): Promise<{ ready: boolean; reason?: string }> {
    if (phase !== 'serving') return { ready: false, reason: 'stopping' }
    try {
      await installation.ensure()
      await db.pool.query('select 1')
      if (stripe.account.isWrong()) return { ready: false, reason: 'stripe_account' }
      return { ready: true }
    } catch (error) {
      log.warn({ err: error }, 'not ready: the database')
      return { ready: false, reason: 'database' }
    }
  }

  async function stopInOrder(timeoutMs: number): Promise<void> {
    const startedAt = performance.now()
    if (!(await underWay.finished(timeoutMs))) log.warn('stopping although requests are still under way')
    phase = 'stopped'
    const leftMs = timeoutMs - (performance.now() - startedAt)
    if (!(await jobs.stop(leftMs))) log.warn('stopping although jobs are still under way')
    await db.close()
  }

  async function acceptInOrder({ body, headers, peer }: Delivery): Promise<void> {
    const startedAt = performance.now()
    const arrival = judgeArrival({
      peer,
      isEncrypted: false,
      forwardedFor: undefined,
      forwardedProto: headers['x-forwarded-proto']?.toString(),
    })
    if (guardSettings.isHttpsRequired && !arrival.isHttps) throw new DomainError('https_required')
    await installation.ensure()
    const { eventId } = await storeDelivery(receiving, body, headers['stripe-signature']?.toString())
    const ms = performance.now() - startedAt
    const request = { method: 'POST', route: '/payments/webhook', status: 200 }
    metrics.httpRequestSeconds.observe(request, ms / 1000)
    log.info({ ...request, eventId, ms: Math.round(ms * 10) / 10 }, 'request')
  }

  const payments: Payments = {
    async acceptDelivery(delivery) {
      if (phase === 'stopped') throw new DomainError('stopping')
      await underWay.track(acceptInOrder(delivery))
    },
    async fetch(request, bindings = {}) {
      if (phase === 'stopped') return stoppedAnswer()
      return await underWay.track(
        Promise.resolve(app.fetch(withoutBasePath(request, options.basePath), bindings)),
      )
    },
    async start() {
      if (options.migrate) await migrate(db)
      const pending = await listPendingMigrations(db)
      if (pending.length > 0)
        throw new MigrationError(`The database is behind: run \`billhook migrate\` (${pending.join(', ')}).`)
      await installation.ensure()
      await refuseWrongAccount({ db, clock, log }, stripe.account)
      // Before anything can happen, so that the app misses nothing that happens from now on.
      await nameTargets({ db, clock, log }, settings.targets)
      await beginFeed({ db, clock })
      if (phase === 'serving') jobs.start()
    },
    refuseNewWork() {
      if (phase === 'serving') phase = 'leaving'
    },
    stop({ timeoutMs = 25_000 } = {}) {
      payments.refuseNewWork()
      stopping ??= stopInOrder(timeoutMs)
      return stopping
    },
  }
  return payments
}

function guardSettingsOf(options: PaymentsOptions): GuardSettings {
  return {
    isCatalogPublic: options.isCatalogPublic ?? false,
    trustedProxies: [],
    isHttpsRequired: false,
    metricsAccess: null,
    readsPerMinute: 300,
    spendsPerMinute: 20,
    addressRequestsPerMinute: 1200,
    bodyTimeoutMs: 10_000,
    requestTimeoutMs: 60_000,
    ...options.http,
    corsOrigins: [options.frontendUrl, ...(options.http?.corsOrigins ?? [])],
  }
}

/** An unset secret must not become one that anybody has. @throws RangeError */
function webhookSecretsOf({ stripe, reconcile }: PaymentsOptions): readonly string[] {
  const secrets = stripe.webhookSecrets.filter((secret) => secret.trim() !== '')
  if (secrets.length === 0 && reconcile?.feed !== 'only')
    throw new RangeError('stripe.webhookSecrets must list at least one signing secret')
  return secrets
}

function stoppedAnswer(): Response {
  const [status, detail] = ERRORS.stopping
  return Response.json(
    { detail, code: 'stopping', request_id: '' },
    { status, headers: { 'Retry-After': '5', Connection: 'close' } },
  )
}
