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
import { OperatorError } from '../explain-failure.ts'
import { forgetOldEndpoints } from './forget-old-endpoints.ts'
import { createFrontDoor } from './front-door.ts'
import { explainPort, openPort } from './open-port.ts'
import { makeLaptopSecrets } from './secrets.ts'

export interface Laptop {
  url: string
  sandboxUrl: string
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

  const [database, sandbox, shopDir, { createPayments }] = await allOrNone([
    startDatabase(),
    startSandbox(),
    prepareShop(),
    import('../../index.ts'),
  ])

  const payments = createPayments({
    database: { url: database.url },
    stripe: { secretKey: sandbox.apiKey, apiBase: sandbox.url, webhookSecrets: [secrets.webhookSecret] },
    frontendUrl: url,
    auth: { secret: secrets.jwtSecret, roles: { operate: ['operator'] } },
    isCatalogPublic: true,
    http: { metricsAccess: 'open' },
    hasProcessMetrics: true,
    migrate: true,
    log,
  })
  started.defer(() => payments.stop({ timeoutMs: 5_000 }))
  await payments.start()
  report('payments   mirrors the catalogue and waits for webhooks')
  door.serve(createFrontDoor({ payments, shopDir, jwtSecret: secrets.jwtSecret, clock: systemClock }))

  const all = started.move()
  return {
    url,
    sandboxUrl: sandbox.url,
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
    const databaseUrl = await ensureDatabase(server, 'billhook')
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
      throw explainPort(error, config.sandboxPort, 'SANDBOX_PORT')
    })
    started.defer(() => sandbox.close())
    await forgetOldEndpoints(sandbox, webhookUrl)
    report('stripe     the local sandbox is up')
    return sandbox
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

/** As Promise.all, but a failure is thrown only when the others have come to an end, so that nothing starts behind our back. */
async function allOrNone<T extends readonly unknown[]>(
  parts: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(parts)
  // Promise.all types a mapped tuple as an array of the union; the order is that of `parts`.
  return (await Promise.all(parts)) as unknown as T
}
