import { randomBytes } from 'node:crypto'
import { findFreePort } from '../packages/payments/tests/support/free-port.ts'
import { runToEnd, type ServerProcess, startServer } from './child.ts'

export interface BillhookOptions {
  databaseUrl: string
  webhookSecret: string
  jwtSecret?: string
  port?: number
  /** Left out, nobody listens there: most of what is measured must not need Stripe. */
  stripeApiBase?: string
}

/** For `/metrics` of a server started here. */
export const METRICS_TOKEN = randomBytes(16).toString('hex')

export interface Billhook extends ServerProcess {
  /** Runs another of its commands to the end, in the same environment. */
  run(...args: string[]): Promise<void>
}

/** `billhook migrate` and then `billhook serve`, as an operator starts them. */
export async function startBillhook(options: BillhookOptions): Promise<Billhook> {
  const port = options.port ?? (await findFreePort())
  const env = {
    DATABASE_URL: options.databaseUrl,
    PORT: String(port),
    HOST: '127.0.0.1',
    STRIPE_SECRET_KEY: 'sk_test_sandbox',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_bench',
    STRIPE_API_BASE: options.stripeApiBase ?? `http://127.0.0.1:${await findFreePort()}`,
    WEBHOOK_SECRET: options.webhookSecret,
    FRONTEND_URL: `http://127.0.0.1:${port}`,
    JWT_SECRET: options.jwtSecret ?? randomBytes(32).toString('hex'),
    ALLOW_HTTP: 'true',
    // The limiters count as always; they must only not refuse the load.
    READS_PER_MINUTE: '1000000000',
    ADDRESS_REQUESTS_PER_MINUTE: '1000000000',
    METRICS_TOKEN,
    LOG_LEVEL: 'error',
  }
  const file = 'packages/payments/bin/billhook.js'
  const run = (...args: string[]) => runToEnd(file, args, env)
  await run('migrate')
  return { ...(await startServer({ file, args: ['serve'], env, ready: port })), run }
}
