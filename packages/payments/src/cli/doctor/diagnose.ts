import type { ServeConfig } from '../../config.ts'
import { connect, type Database } from '../../db/connect.ts'
import type { Clock } from '../../domain/clock.ts'
import { createStripe, type StripeClient } from '../../stripe/client.ts'
import { checkAccount } from './check-account.ts'
import { checkCatalogue } from './check-catalogue.ts'
import { checkDatabase } from './check-database.ts'
import { checkFeed } from './check-feed.ts'
import { checkInbox } from './check-inbox.ts'
import { checkKeyRights } from './check-key-rights.ts'
import { checkPortal } from './check-portal.ts'
import { checkStripeKey, stripeProblem } from './check-stripe-key.ts'
import { checkWebhookEndpoints } from './check-webhook-endpoints.ts'
import type { Finding } from './finding.ts'

/**
 * Looks at everything that the service needs, and changes nothing. What depends on a key or a database that does not work is left
 * out: one finding for one cause.
 */
export async function diagnose(
  config: ServeConfig,
  clock: Clock,
  baseUrl: string | null,
): Promise<Finding[]> {
  const db = connect({
    databaseUrl: config.DATABASE_URL,
    maxConnections: 2,
    applicationName: 'billhook doctor',
  })
  const stripe = createStripe({
    apiKey: config.STRIPE_SECRET_KEY,
    apiBase: config.STRIPE_API_BASE,
    timeoutMs: 10_000,
    maxNetworkRetries: 1,
  })
  try {
    return await examine({ config, clock, baseUrl, db, stripe })
  } finally {
    await db.close()
  }
}

async function examine(patient: {
  config: ServeConfig
  clock: Clock
  baseUrl: string | null
  db: Database
  stripe: StripeClient
}): Promise<Finding[]> {
  const { config, clock, baseUrl, db, stripe } = patient
  const where = config.STRIPE_API_BASE ?? 'https://api.stripe.com'
  const [key, database] = await Promise.all([
    checkStripeKey(stripe, config, clock),
    checkDatabase(db, config.isLive),
  ])
  const findings: Finding[] = config.notices.map((message) => ({
    level: 'warning',
    area: 'configuration',
    message,
  }))
  findings.push(...key, ...database)

  const account =
    isKnown(key) && isWell(database)
      ? await asking(where, 'read Customers', () => checkAccount(stripe, db))
      : null
  findings.push(...(account ?? []))
  if (isKnown(key)) {
    const secretCount = config.WEBHOOK_SECRET.length
    const apiKey = config.STRIPE_SECRET_KEY
    findings.push(...(await asking(where, 'read', () => checkKeyRights(stripe, apiKey, where))))
    if (config.EVENT_FEED !== 'only') {
      const check = () => checkWebhookEndpoints(stripe, { baseUrl, secretCount })
      findings.push(...(await asking(where, 'read Webhook Endpoints', check)))
    }
    findings.push(...(await asking(where, 'read Customer portal', () => checkPortal(stripe))))
  }
  if (account !== null && isWell(account)) {
    findings.push(...(await asking(where, 'read Prices', () => checkCatalogue(stripe, db))))
  }
  if (isWell(database)) {
    findings.push(...(await checkInbox(db, clock)), ...(await checkFeed(db, config, clock)))
  }
  return findings
}

/** A restricted key may read one thing and not another: each question has its own answer. */
async function asking(where: string, wanted: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [stripeProblem(error, where, wanted)]
  }
}

/** Whether Stripe answers to the key, be it that it lacks rights. */
function isKnown(key: readonly Finding[]): boolean {
  return key.some(({ level }) => level === 'ok')
}

function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== 'problem')
}
