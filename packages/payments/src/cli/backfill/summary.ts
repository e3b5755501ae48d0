import type { RunResult } from './run-backfill.ts'

const SHOWN_CONFLICTS = 20

/** Deliveries are made for whoever is named when an event is stored. */
const UNTOLD = [
  'Your app was not told of these: nobody has asked for such app events yet. When the service has started with its APP_WEBHOOKS or handlers:',
  '  billhook outbox replay --type duplicate_subscription.detected --since 1970-01-01',
]

/** What a backfill did, for the one who ran it. */
export function summaryOf(result: RunResult, metadataKey: string): string {
  const { counts, conflicts, catalogue, duplicateOwners, repaired } = result
  const customers = counts.get('customer')
  const lines = [
    `Catalogue           ${catalogue.products} products, ${catalogue.prices} prices`,
    `Customers           ${customers?.listed ?? 0} at Stripe, ${customers?.stored ?? 0} newly linked to their owners`,
  ]
  for (const [resource, { listed, stored, foreign }] of counts) {
    if (resource === 'customer') continue
    const name = `${resource.charAt(0).toUpperCase()}${resource.slice(1).replaceAll('_', ' ')}s`
    lines.push(`${name.padEnd(19)} ${listed} at Stripe, ${stored} newly mirrored, ${foreign} of others`)
  }
  if (repaired > 0)
    lines.push(`Fetched one by one  ${repaired}: they differed from the mirror, or were being synced`)
  if (!result.isTold && result.suspected > 0) {
    lines.push(
      `${result.suspected} object(s) changed since the first backfill began: the service fetches them when it runs, and tells your app.`,
    )
  }
  if (customers && customers.foreign > 0) {
    lines.push(
      `${customers.foreign} customer(s) name no owner and were left alone. Give them metadata ${metadataKey}, or a file with --owners.`,
    )
  }
  if (conflicts.length > 0) {
    lines.push(`${conflicts.length} customer(s) were left alone because their owner has another one:`)
    for (const { ownerId, stripeCustomerId } of conflicts.slice(0, SHOWN_CONFLICTS)) {
      lines.push(`  ${stripeCustomerId} names ${ownerId}`)
    }
    if (conflicts.length > SHOWN_CONFLICTS) lines.push('  …')
  }
  if (duplicateOwners > 0) {
    lines.push(`${duplicateOwners} owner(s) have more than one subscription that bills: end one of them.`)
    if (!result.isToldOfDuplicates) lines.push(...UNTOLD)
  }
  return lines.join('\n')
}
