import type { Command } from 'commander'
import { listDrift } from '../../db/queries/drift.ts'
import { presentDrift } from '../../http/present-operations.ts'
import { rowLimit, timeOption } from '../operations/options.ts'
import { printTable } from '../operations/print-table.ts'
import { withDatabase } from '../operations/with-database.ts'
import { say } from '../say.ts'

interface ListOptions {
  resource?: string
  owner?: string
  since?: Date
  limit: number
  json?: true
}

export function define(command: Command): void {
  command
    .command('list')
    .description(
      'where the mirror differed from Stripe, the latest first; all of it was repaired when it was found',
    )
    .option('--resource <name>', 'only these, such as subscription')
    .option('--owner <id>', 'only those of this owner')
    .option('--since <time>', 'only those found since then', timeOption)
    .option('--limit <n>', 'how many', rowLimit, 50)
    .option('--json', 'as JSON')
    .action(list)
}

async function list({ resource, owner, since, limit, json }: ListOptions): Promise<void> {
  const filter = { resource, ownerId: owner, foundSince: since, limit }
  const found = (await withDatabase((db) => listDrift(db.query, filter))).map(presentDrift)
  if (json) return say(JSON.stringify(found, null, 2))
  if (found.length === 0) return say('No drift was found.')
  const rows = found.map((record) => [
    record.found_at,
    record.found_by,
    record.resource,
    record.resource_id,
    record.owner_id ?? '',
    record.since,
    record.event === null ? '' : `${record.event.type} ${record.event.id}`,
    record.fields
      .map(({ field, mirror, stripe }) => `${field}: ${JSON.stringify(mirror)} → ${JSON.stringify(stripe)}`)
      .join('; ')
      .slice(0, 200),
  ])
  say(printTable(['FOUND', 'BY', 'RESOURCE', 'ID', 'OWNER', 'SINCE', 'MISSED', 'MIRROR → STRIPE'], rows))
}
