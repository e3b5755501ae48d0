import { type Command, Option } from 'commander'
import type { Database } from '../../db/connect.ts'
import { type DuplicateRow, findDuplicate, listDuplicates } from '../../db/queries/duplicate-subscriptions.ts'
import { findSubscriptionStatuses } from '../../db/queries/subscriptions.ts'
import { presentDuplicate, presentDuplicateInFull } from '../../http/present-operations.ts'
import { OperatorError } from '../explain-failure.ts'
import { rowLimit } from '../operations/options.ts'
import { printTable } from '../operations/print-table.ts'
import { withDatabase } from '../operations/with-database.ts'
import { say } from '../say.ts'

interface ListOptions {
  status?: DuplicateRow['status']
  owner?: string
  limit: number
  json?: true
}

/** `show` is for one case or one owner. */
const SHOWN_OF_ONE_OWNER = 100

export function define(command: Command): void {
  command
    .command('list')
    .description('owners who had several subscriptions that had not ended, the latest first')
    .addOption(
      new Option('--status <status>', 'only these').choices(['found', 'settling', 'settled', 'left']),
    )
    .option('--owner <id>', 'only those of this owner')
    .option('--limit <n>', 'how many', rowLimit, 50)
    .option('--json', 'as JSON')
    .action(list)
  command
    .command('show')
    .argument('<id or owner>', 'its id, or an owner for all of theirs')
    .description('what was found and done, with what the mirror says of each subscription now, as JSON')
    .action(show)
}

async function list({ status, owner, limit, json }: ListOptions): Promise<void> {
  const filter = { status, ownerId: owner, limit }
  const found = (await withDatabase((db) => listDuplicates(db.query, filter))).map(presentDuplicate)
  if (json) return say(JSON.stringify(found, null, 2))
  if (found.length === 0) return say('No owner had several subscriptions.')
  const rows = found.map((record) => [
    record.id,
    record.found_at,
    record.owner_id,
    record.status,
    record.subscription_ids.join(' '),
    record.ended_ids.join(' '),
    (record.note ?? '').slice(0, 200),
  ])
  say(printTable(['ID', 'FOUND', 'OWNER', 'STATUS', 'SUBSCRIPTIONS', 'ENDED', 'NOTE'], rows))
}

async function show(idOrOwner: string): Promise<void> {
  const shown = await withDatabase(async (db) => {
    const rows = await rowsOf(db, idOrOwner)
    return await Promise.all(rows.map((row) => inFull(db, row)))
  })
  if (shown.length === 0)
    throw new OperatorError(`Nothing was found of ${idOrOwner}. \`billhook duplicates list\` shows what was.`)
  say(JSON.stringify(shown, null, 2))
}

/** An owner may be called 42 as well: then both are meant. */
async function rowsOf({ query }: Database, idOrOwner: string): Promise<DuplicateRow[]> {
  const ofOwner = await listDuplicates(query, { ownerId: idOrOwner, limit: SHOWN_OF_ONE_OWNER })
  const withId = /^\d{1,15}$/.test(idOrOwner) ? await findDuplicate(query, Number(idOrOwner)) : null
  return withId === null ? ofOwner : [withId, ...ofOwner.filter(({ id }) => id !== withId.id)]
}

async function inFull({ query }: Database, row: DuplicateRow) {
  return presentDuplicateInFull(row, await findSubscriptionStatuses(query, row.subscription_ids))
}
