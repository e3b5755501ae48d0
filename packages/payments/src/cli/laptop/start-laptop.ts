import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DevConfig } from '../../config.ts'
import { connect } from '../../db/connect.ts'
import { takeOwnership } from '../../db/embedded/ownership.ts'
import { ensureDatabase, startEmbeddedPostgres } from '../../db/embedded.ts'
import { migrate } from '../../db/migrate.ts'
import { releaseAllLeases } from '../../db/queries/leases.ts'
import { systemClock } from '../../domain/clock.ts'
import { createLogger } from '../../observability/log.ts'
import { createStripe } from '../../stripe/client.ts'
import { readOwnAccount } from '../../sync/known-account.ts'
import { stripeProblem } from '../doctor/check-stripe-key.ts'
import { OperatorError } from '../explain-failure.ts'
import { forgetOldEndpoints } from './forget-old-endpoints.ts'
import { createFrontDoor } from './front-door.ts'
import { explainPort, moveBy, openPort } from './open-port.ts'
import { makeLaptopSecrets } from './secrets.ts'

/** People wait in front of the page. */
const FEED_EVERY_MS = 2_000

export interface Laptop {
  url: string
  /** Null with a Stripe account in its place. */
  sandboxUrl: string | null
  dataDir: string
  /** Where the database's files lie; outside `dataDir` when PostgreSQL's user cannot reach that. */
  databaseDir: string
  /** Resolves when a part that all others need has ended by itself; it says which. */
  broken: Promise<string>
  /** Ends everything in order: requests and jobs first, the database last. */
  stop(): Promise<void>
}

/**
 * Starts all that `billhook dev` is, in one process but for PostgreSQL, and answers when it can be used. What was started before something
 * failed is stopped again. `report` gets one line for each part.
 */
export async function startLaptop(config: DevConfig, report: (line: string) => void): Promise<Laptop> {
  const dataDir = resolve(config.dataDir)
  await using started = new AsyncDisposableStack()
  const door = await openPort(config.port, 'PORT')
  started.defer(() => door.close())
  const url = `http://localhost:${door.port}`
  await mkdir(dataDir, { recursive: true })
  await writeFile(join(dataDir, '.gitignore'), '*\n')
  // Before any part opens its files: a second one would take over the sandbox's state and its webhook endpoint.
  started.defer(await takeOwnership(dataDir))
  const secrets = await makeLaptopSecrets(dataDir)
  const log = createLogger(config.logLevel, process.stderr)

  const reaching = config.stripe === null ? startSandbox() : reachAccount(config.stripe)
  const [database, stripe, shopDir, { createPayments }] = await allOrNone([
    startDatabase(),
    reaching,
    prepareShop(),
    import('../../index.ts'),
  ])

  const payments = createPayments({
    database: { url: database.url },
    stripe: {
      secretKey: stripe.apiKey,
      apiBase: stripe.apiBase,
      webhookSecrets: config.stripe === null ? [secrets.webhookSecret] : [],
    },
    // Stripe cannot reach a laptop: its list of events is asked instead.
    reconcile: config.stripe === null ? {} : { feed: 'only', feedEveryMs: FEED_EVERY_MS },
    frontendUrl: url,
    auth: { secret: secrets.jwtSecret, roles: { operate: ['operator'] } },
    outbox: { endpoints: config.appEndpoints, networks: ['127.0.0.0/8', '::1/128'] },
    isCatalogPublic: true,
    http: { metricsAccess: 'open' },
    hasProcessMetrics: true,
    migrate: true,
    log,
  })
  started.defer(() => payments.stop({ timeoutMs: 5_000 }))
  await payments.start()
  report(
    `payments   mirrors the catalogue and ${config.stripe === null ? 'waits for webhooks' : 'asks Stripe for events'}`,
  )
  door.serve(createFrontDoor({ payments, shopDir, jwtSecret: secrets.jwtSecret, clock: systemClock }))

  const all = started.move()
  return {
    url,
    sandboxUrl: config.stripe === null ? stripe.apiBase : null,
    dataDir,
    databaseDir: database.home,
    broken: database.exited.then(
      () => `PostgreSQL has ended; its log is ${join(database.home, 'server.log')}.`,
    ),
    stop: () => all.disposeAsync(),
  }

  async function startDatabase() {
    const server = await startEmbeddedPostgres({ home: join(dataDir, 'postgres') })
    started.defer(() => server.stop())
    const name = config.stripe === null ? 'billhook' : databaseOf(await reaching)
    const databaseUrl = await ensureDatabase(server, name)
    const db = connect({ databaseUrl, maxConnections: 1 })
    try {
      await migrate(db)
      await releaseAllLeases(db.query)
    } finally {
      await db.close()
    }
    report('database   PostgreSQL is up')
    return { url: databaseUrl, home: server.home, exited: server.exited }
  }

  async function startSandbox() {
    const { createSandbox } = await import('stripe-sandbox').catch((cause: unknown) => {
      throw new OperatorError(
        'The package stripe-sandbox is not installed: run npm install stripe-sandbox.',
        {
          cause,
        },
      )
    })
    const webhookUrl = `http://127.0.0.1:${door.port}/payments/webhook`
    const options = {
      port: config.sandboxPort,
      dataDir: join(dataDir, 'stripe'),
      seed: 'demo' as const,
      webhook: { url: webhookUrl, secret: secrets.webhookSecret },
      onError: (error: unknown, where: string) => log.error({ err: error, where }, 'the sandbox failed'),
    }
    const sandbox = await createSandbox(options).catch((error: unknown) => {
      throw explainPort(error, config.sandboxPort, moveBy('SANDBOX_PORT', config.sandboxPort))
    })
    started.defer(() => sandbox.close())
    await forgetOldEndpoints(sandbox, webhookUrl)
    report('stripe     the local sandbox is up')
    return { apiKey: sandbox.apiKey, apiBase: sandbox.url, accountId: null }
  }

  async function reachAccount({ secretKey, apiBase }: NonNullable<DevConfig['stripe']>) {
    const account = createStripe({ apiKey: secretKey, apiBase, maxNetworkRetries: 1 })
    await account.products.list({ limit: 1 }).catch((error: unknown) => {
      const { message, remedy } = stripeProblem(error, apiBase ?? 'https://api.stripe.com', 'read Products')
      throw new OperatorError(`${message}. ${remedy}`, { cause: error })
    })
    const accountId = await readOwnAccount(account)
    report('stripe     the account answers, in test mode')
    return { apiKey: secretKey, apiBase, accountId }
  }

  async function prepareShop(): Promise<string | null> {
    const outDir = join(dataDir, 'shop')
    const shop = await import('@billhook/web').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_MODULE_NOT_FOUND') return null
      throw error
    })
    if (shop === null) return null
    const { built } = await shop.buildShop({ outDir })
    report(built ? 'shop       was built' : 'shop       is built')
    return outDir
  }
}

/**
 * What one Stripe account has and what another has, or the sandbox, must never mix in one mirror. Those whose key may not say of which account
 * it is share one, and the mirror tells whether it is theirs.
 */
function databaseOf({ accountId }: { accountId: string | null }): string {
  return accountId === null ? 'billhook_stripe' : `billhook_${accountId}`
}

/** As Promise.all, but a failure is thrown only when the others have come to an end, so that nothing starts behind our back. */
async function allOrNone<T extends readonly unknown[]>(
  parts: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(parts)
  // Promise.all types a mapped tuple as an array of the union; the order is that of `parts`.
  return (await Promise.all(parts)) as unknown as T
}
