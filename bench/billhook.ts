import { randomBytes } from 'node:crypto'
import { freePort, runToEnd, type ServerProcess, startServer } from './child.ts'

/** `billhook migrate` and then `billhook serve`, as an operator starts them, on an empty database. */
export async function startBillhook(
  databaseUrl: string,
  webhookSecret: string,
  jwtSecret = randomBytes(32).toString('hex'),
): Promise<ServerProcess> {
  const port = await freePort()
  const env = {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    HOST: '127.0.0.1',
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_bench',
    // Nobody listens there: what is measured must not need Stripe.
    STRIPE_API_BASE: `http://127.0.0.1:${await freePort()}`,
    WEBHOOK_SECRET: webhookSecret,
    FRONTEND_URL: `http://127.0.0.1:${port}`,
    JWT_SECRET: jwtSecret,
    ALLOW_HTTP: 'true',
    // The limiters count as always; they must only not refuse the load.
    READS_PER_MINUTE: '1000000000',
    ADDRESS_REQUESTS_PER_MINUTE: '1000000000',
    LOG_LEVEL: 'error',
  }
  await runToEnd('packages/payments/bin/billhook.js', ['migrate'], env)
  return await startServer({
    file: 'packages/payments/bin/billhook.js',
    args: ['serve'],
    env,
    ready: port,
  })
}
