import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { connect, type Database } from '../../src/db/connect.ts'
import { type EmbeddedPostgres, ensureDatabase, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { createStripe, type StripeClient } from '../../src/stripe/client.ts'
import { findFreePort } from '../support/free-port.ts'
import { AppEndpoint } from './app-endpoint.ts'
import { Balancer } from './balancer.ts'

const BILLHOOK = join(import.meta.dirname, '../../bin/billhook.js')
const CLOCK = join(import.meta.dirname, 'jumping-clock.ts')
const SECRET = 'whsec_of_the_proof'

interface Service {
  port: number
  child: ChildProcess
}

/** Real processes: a PostgreSQL server of its own, a local Stripe that delivers webhooks, and services that come back when they die. */
export class Site {
  readonly sandbox: Sandbox
  /** For what happens at Stripe. */
  readonly stripe: StripeClient
  /** Who is told what happens. */
  readonly app: AppEndpoint
  readonly #appUrl: string
  readonly #home: string
  readonly #balancer: Balancer
  readonly #services: Service[] = []
  #postgres: EmbeddedPostgres
  #db: Database
  #isClosing = false
  /** Ends of services that nobody asked for. */
  readonly unasked: string[] = []

  private constructor(parts: {
    home: string
    sandbox: Sandbox
    postgres: EmbeddedPostgres
    databaseUrl: string
    balancer: Balancer
    services: Service[]
    app: AppEndpoint
    appUrl: string
  }) {
    this.sandbox = parts.sandbox
    this.stripe = createStripe({ apiKey: parts.sandbox.apiKey, apiBase: parts.sandbox.url })
    this.#home = parts.home
    this.#postgres = parts.postgres
    this.#db = this.#connect(parts.databaseUrl)
    this.#balancer = parts.balancer
    this.#services = parts.services
    this.app = parts.app
    this.#appUrl = parts.appUrl
    // Whatever ends this process must not leave services behind.
    process.once('exit', () => this.signal('SIGKILL'))
  }

  /** @param home directory of the database */
  static async open(home: string, replicas: number): Promise<Site> {
    const services: Service[] = []
    const balancer = new Balancer(() => services.filter(isRunning).map(({ port }) => port))
    const url = `http://127.0.0.1:${await balancer.open()}/payments/webhook`
    const sandbox = await createSandbox({
      webhook: { url, secret: SECRET },
      // Stripe's first retry comes after minutes; here nobody has so long.
      deliveries: { firstRetryMs: 200 },
    })
    const postgres = await startEmbeddedPostgres({ home })
    const databaseUrl = await ensureDatabase(postgres, 'billhook')
    const app = new AppEndpoint()
    const appUrl = await app.open()
    const site = new Site({ home, sandbox, postgres, databaseUrl, balancer, services, app, appUrl })
    for (let count = 0; count < replicas; count++) {
      const port = await findFreePort()
      services.push({ port, child: site.#spawn(port, databaseUrl) })
    }
    try {
      await site.#untilReady()
    } catch (error) {
      await site.close()
      throw error
    }
    return site
  }

  get db(): Database {
    return this.#db
  }

  pids(): number[] {
    return this.#services.filter(isRunning).map(({ child }) => child.pid ?? 0)
  }

  /** `kill -9` of one; it is started again at once, as a supervisor does. */
  async kill(number: number): Promise<void> {
    const service = this.#services[number % this.#services.length]
    if (!service) return
    const died = once(service.child, 'exit')
    service.child.kill('SIGKILL')
    await died
    service.child = this.#spawn(service.port, this.#postgres.databaseUrl('billhook'))
  }

  signal(signal: NodeJS.Signals): void {
    for (const { child } of this.#services) child.kill(signal)
  }

  async stopDatabase(): Promise<void> {
    await this.#db.close()
    await this.#postgres.stop()
  }

  /** On the same data, at the same address. */
  async startDatabase(): Promise<void> {
    this.#postgres = await startEmbeddedPostgres({ home: this.#home })
    this.#db = this.#connect(this.#postgres.databaseUrl('billhook'))
  }

  /** Starts it again if it has ended; answers when it takes questions. */
  async reviveDatabase(): Promise<void> {
    const patience = wait(10_000).then(() => 'lives' as const)
    const state = await Promise.race([this.#postgres.exited.then(() => 'ended' as const), patience])
    if (state === 'lives') return
    await this.#db.close()
    await this.startDatabase()
  }

  /** A connection to another database of the server: open when this one is closed to everybody. */
  adminUrl(): string {
    return this.#postgres.databaseUrl('postgres')
  }

  async close(): Promise<void> {
    this.#isClosing = true
    const ends = this.#services.filter(isRunning).map(({ child }) => once(child, 'exit'))
    for (const { child } of this.#services) child.kill('SIGTERM')
    await Promise.all(ends)
    await this.sandbox.close()
    await this.#balancer.close()
    await this.app.close()
    await this.#db.close()
    await this.#postgres.stop()
  }

  #connect(databaseUrl: string): Database {
    return connect({ databaseUrl, maxConnections: 2, connectTimeoutMs: 60_000, applicationName: 'the proof' })
  }

  #spawn(port: number, databaseUrl: string): ChildProcess {
    const child = spawn(process.execPath, ['--import', CLOCK, BILLHOOK, 'serve', '--migrate'], {
      env: {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME },
        ...{ STRIPE_SECRET_KEY: 'sk_test_sandbox', STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox' },
        ...{ STRIPE_API_BASE: this.sandbox.url, WEBHOOK_SECRET: SECRET },
        ...{ FRONTEND_URL: 'http://localhost:3000', JWT_SECRET: 'thirty-two bytes or more of a secret' },
        ...{ DATABASE_URL: databaseUrl, PORT: String(port), ALLOW_HTTP: 'true', LOG_LEVEL: 'fatal' },
        EVENT_FEED_SECONDS: '10',
        ...{ APP_WEBHOOKS: `${this.#appUrl} ${this.app.secret}`, APP_WEBHOOK_NETWORKS: 'loopback' },
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    child.on('exit', (code, signal) => {
      if (!this.#isClosing && signal !== 'SIGKILL') this.unasked.push(`exit ${code ?? signal}`)
    })
    return child
  }

  async #untilReady(): Promise<void> {
    for (const { port } of this.#services) {
      while (!(await isReady(port))) {
        if (this.unasked.length > 0) throw new Error(`A service ended: ${this.unasked.join(', ')}`)
        await wait(50)
      }
    }
  }
}

function isRunning({ child }: Service): boolean {
  return child.exitCode === null && child.signalCode === null
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
  return answer?.ok === true
}
