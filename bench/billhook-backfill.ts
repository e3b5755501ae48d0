import pino from 'pino'
import { connect } from '../packages/payments/src/db/connect.ts'
import { migrate } from '../packages/payments/src/db/migrate.ts'
import { claimInstallation } from '../packages/payments/src/db/queries/installation.ts'
import { systemClock } from '../packages/payments/src/domain/clock.ts'
import { DEFAULT_POLICY } from '../packages/payments/src/domain/policy.ts'
import { createMetrics } from '../packages/payments/src/observability/metrics.ts'
import { createStripe } from '../packages/payments/src/stripe/client.ts'
import { backfill } from '../packages/payments/src/sync/backfill/backfill.ts'

/** What `billhook sync --all` does. Arguments: database URL, port of the Stripe. Prints the seconds it took, and what is stored. */
const [databaseUrl = '', port = ''] = process.argv.slice(2)
const db = connect({ databaseUrl, maxConnections: 10 })
await migrate(db)
const { id: installationId } = await claimInstallation(db.query, false)
const context = {
  db,
  stripe: createStripe({ apiKey: 'sk_test_bench', apiBase: `http://127.0.0.1:${port}` }),
  clock: systemClock,
  log: pino({ level: 'error' }),
  metrics: createMetrics({ withProcess: false }),
  policy: DEFAULT_POLICY,
  installationId,
}
const rules = { metadataKey: 'billhook_owner_id', byCustomer: new Map<string, string>() }

const began = performance.now()
await backfill(context, { rules })
console.log(`SECONDS ${(performance.now() - began) / 1000}`)
const { rows } = await db.pool.query('select count(*)::int as stored from billhook.subscriptions')
console.log(`STORED ${rows[0]?.stored}`)
await db.close()
