import type { Command } from 'commander'
import { readServeConfig } from '../../config.ts'
import { createCallBucket } from '../../db/call-bucket.ts'
import { connect } from '../../db/connect.ts'
import { claimInstallation } from '../../db/queries/installation.ts'
import { systemClock } from '../../domain/clock.ts'
import { createLogger } from '../../observability/log.ts'
import { createMetrics } from '../../observability/metrics.ts'
import { isLiveKey } from '../../stripe/client.ts'
import { connectStripe, defaultCallsPerSecond } from '../../stripe/connect-stripe.ts'
import { findUnfinished, type Unfinished } from '../../sync/backfill/backfill.ts'
import { syncCatalogue } from '../../sync/catalogue.ts'
import type { SyncContext } from '../../sync/context.ts'
import { createKnownAccount } from '../../sync/known-account.ts'
import { readOwnersFile } from '../backfill/owners-file.ts'
import { createProgressLine } from '../backfill/progress-line.ts'
import { runBackfill } from '../backfill/run-backfill.ts'
import { summaryOf } from '../backfill/summary.ts'
import { OperatorError } from '../explain-failure.ts'
import { say } from '../say.ts'
import { policyOf } from '../serve/payments-options.ts'
import { waitForSignal } from '../wait-for-signal.ts'

interface Options {
  all?: true
  ownerMetadata: string
  owners?: string
  json?: true
}

export function define(command: Command): void {
  command
    .option(
      '--all',
      'mirror a whole Stripe account: customers and all that is theirs; goes on where it was killed',
    )
    .option('--owner-metadata <key>', "customer metadata that holds the owner's id", 'billhook_owner_id')
    .option('--owners <file>', 'CSV with owner_id,stripe_customer_id; goes before the metadata')
    .option('--json', 'print the summary as JSON')
    .action((options: Options) => {
      if (options.all) return syncAll(options)
      throw new OperatorError('Say what: `billhook sync --all` or `billhook sync catalog`.')
    })
  command
    .command('catalog')
    .description('mirror every product and price of Stripe, and the plans that follow from them')
    .action(syncCatalogueNow)
}

/** At once, where the service gives a webhook its time: for a change at Stripe whose event was lost. Nothing is recorded. Safe beside a running service. */
async function syncCatalogueNow(): Promise<void> {
  const counts = await withContext(syncCatalogue)
  say(`Mirrored from Stripe: products ${counts.products}, prices ${counts.prices}.`)
  if (counts.missing > 0) say(`${counts.missing} that Stripe's list left out were asked for one by one.`)
}

const BEGINNINGS: Record<Unfinished, string> = {
  none: '',
  'same rules': 'Goes on where the last run ended.\n',
  'other rules':
    'The last run ended before its end, and knew owners by other rules: begins anew with these.\n',
}

/** Safe beside a running service; Ctrl-C and kill -9 leave what was stored, and the next run goes on there. */
async function syncAll({ ownerMetadata: metadataKey, owners, json }: Options): Promise<void> {
  const byCustomer = owners === undefined ? new Map<string, string>() : await readOwnersFile(owners)
  const stopping = new AbortController()
  void waitForSignal().then(() => stopping.abort())
  const progress = createProgressLine(process.stderr)
  const result = await withContext(async (context) => {
    const rules = { metadataKey, byCustomer }
    process.stderr.write(BEGINNINGS[await findUnfinished(context, rules)])
    const options = { rules, onProgress: progress.show, onRepairs: progress.showRepairs }
    return await runBackfill(context, options, stopping.signal).finally(progress.end)
  })
  if (json) say(JSON.stringify({ ...result, counts: Object.fromEntries(result.counts) }, null, 2))
  else say(summaryOf(result, metadataKey))
  if (!result.isFinished)
    throw new OperatorError('Stopped before the end: the same command goes on from here.')
}

async function withContext<T>(work: (context: SyncContext) => Promise<T>): Promise<T> {
  const { DATABASE_URL, STRIPE_SECRET_KEY: apiKey, STRIPE_API_BASE: apiBase, ...config } = readServeConfig()
  const db = connect({ databaseUrl: DATABASE_URL, maxConnections: 8, applicationName: 'billhook sync' })
  const log = createLogger(config.LOG_LEVEL, process.stderr)
  const metrics = createMetrics({ withProcess: false })
  const callsPerSecond = config.STRIPE_CALLS_PER_SECOND ?? defaultCallsPerSecond(apiKey, apiBase)
  const bucket = createCallBucket(db, callsPerSecond ?? 0)
  try {
    const { id } = await claimInstallation(db.query, isLiveKey(apiKey))
    const clock = systemClock
    const stripe = connectStripe({
      ...{ apiKey, apiBase, callsPerSecond, bucket, clock, log, metrics },
      knowAccount: (client) => createKnownAccount({ db, clock, log }, client),
    })
    await stripe.account.ensure()
    return await work({
      ...{ db, stripe: stripe.forBackground, clock, log, metrics },
      policy: policyOf(config),
      installationId: id,
    })
  } finally {
    await db.close()
  }
}
