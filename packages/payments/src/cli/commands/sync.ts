import type { Command } from 'commander'
import { readServeConfig } from '../../config.ts'
import { connect } from '../../db/connect.ts'
import { claimInstallation } from '../../db/queries/installation.ts'
import { systemClock } from '../../domain/clock.ts'
import { createLogger } from '../../observability/log.ts'
import { createMetrics } from '../../observability/metrics.ts'
import { createStripe, isLiveKey } from '../../stripe/client.ts'
import { syncCatalogue } from '../../sync/catalogue.ts'

export function define(command: Command): void {
  command
    .command('catalog')
    .description('mirror every product and price of Stripe, and the plans that follow from them')
    .action(syncCatalogueNow)
}

/** What the service does at its start, now: for a change at Stripe whose event was lost. Safe beside a running service. */
async function syncCatalogueNow(): Promise<void> {
  const config = readServeConfig()
  const db = connect({
    databaseUrl: config.DATABASE_URL,
    maxConnections: 2,
    applicationName: 'billhook sync',
  })
  try {
    const { id } = await claimInstallation(db.query, isLiveKey(config.STRIPE_SECRET_KEY))
    const counts = await syncCatalogue({
      db,
      stripe: createStripe({ apiKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE }),
      clock: systemClock,
      log: createLogger(config.LOG_LEVEL),
      metrics: createMetrics({ withProcess: false }),
      installationId: id,
    })
    process.stdout.write(`Mirrored from Stripe: products ${counts.products}, prices ${counts.prices}.\n`)
    if (counts.missing > 0) {
      process.stdout.write(`${counts.missing} that Stripe's list left out were asked for one by one.\n`)
    }
  } finally {
    await db.close()
  }
}
