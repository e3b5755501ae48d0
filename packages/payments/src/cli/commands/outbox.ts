import { type Command, Option } from 'commander'
import type { Database } from '../../db/connect.ts'
import { readInstallation } from '../../db/queries/installation.ts'
import {
  type DeliveryStatus,
  findAppEvent,
  listAppEvents,
  replayAppEvents,
  retryDeliveries,
} from '../../db/queries/outbox-log.ts'
import { listTargets } from '../../db/queries/outbox-targets.ts'
import { appEventOf, eventIdOf, outboxIdOf } from '../../domain/app-events.ts'
import { systemClock } from '../../domain/clock.ts'
import { presentAppEvent } from '../../http/present-operations.ts'
import { OperatorError } from '../explain-failure.ts'
import { rowLimit, timeOption } from '../operations/options.ts'
import { printTable } from '../operations/print-table.ts'
import { withDatabase } from '../operations/with-database.ts'
import { say } from '../say.ts'

interface ListOptions {
  status?: DeliveryStatus
  type?: string
  owner?: string
  limit: number
  json?: true
}

interface ReplayOptions {
  since?: Date
  owner?: string
  type?: string
  target?: string
}

export function define(command: Command): void {
  command
    .command('list')
    .description('what the app was told, the latest first, and what became of it')
    .addOption(
      new Option('--status <status>', 'only those with such a delivery').choices([
        'pending',
        'delivered',
        'dead',
      ]),
    )
    .option('--type <type>', 'only these, such as access.changed')
    .option('--owner <id>', 'only those of this owner')
    .option('--limit <n>', 'how many', rowLimit, 50)
    .option('--json', 'as JSON')
    .action(list)
  command
    .command('show')
    .argument('<event>', 'its id, msg_…')
    .description('one event as the app gets it, and what became of it, as JSON')
    .action(show)
  command.command('targets').description('who is told at present, and what of it').action(targets)
  command
    .command('retry')
    .argument('[event...]', 'ids')
    .option('--dead', 'every delivery that was given up')
    .description('deliver what was not taken again, now')
    .action(retry)
  command
    .command('replay')
    .argument('[event...]', 'ids')
    .option('--since <time>', 'everything from then on', timeOption)
    .option('--owner <id>', 'only those of this owner')
    .option('--type <type>', 'only these')
    .option('--target <name>', 'only to this target')
    .description('deliver again, also what was taken, under the same ids')
    .action(replay)
}

async function list({ status, type, owner, limit, json }: ListOptions): Promise<void> {
  const events = await withDatabase(async (db) => {
    const { id: installationId } = await readInstallation(db.query)
    const found = await listAppEvents(db.query, { status, type, ownerId: owner, limit })
    return found.map((event) => presentAppEvent(event, installationId))
  })
  if (json) return say(JSON.stringify(events, null, 2))
  if (events.length === 0) return say('No such event.')
  const rows = events.flatMap(({ id, type, owner_id, occurred_at, deliveries }) => {
    const of = deliveries.length > 0 ? deliveries : [null]
    return of.map((delivery) => [
      ...[
        id,
        type,
        owner_id,
        occurred_at,
        delivery?.target ?? '',
        delivery?.status ?? 'nobody was to be told',
      ],
      ...[String(delivery?.attempts ?? ''), (delivery?.last_error ?? '').slice(0, 120)],
    ])
  })
  say(printTable(['EVENT', 'TYPE', 'OWNER', 'OCCURRED', 'TARGET', 'STATUS', 'FAILURES', 'WHY'], rows))
}

async function show(eventId: string): Promise<void> {
  const shown = await withDatabase(async (db) => {
    const { id: installationId } = await readInstallation(db.query)
    const event = await findAppEvent(db.query, await rowOf(db, eventId))
    if (!event) throw unknown(eventId)
    const { deliveries } = presentAppEvent(event, installationId)
    return { event: appEventOf({ ...event, outboxId: event.id }, installationId), deliveries }
  })
  say(JSON.stringify(shown, null, 2))
}

async function targets(): Promise<void> {
  const rows = (await withDatabase((db) => listTargets(db.query))).map(({ name, types, claimedAt }) => [
    ...[name, claimedAt.toISOString(), types?.join(' ') ?? 'everything'],
  ])
  if (rows.length === 0) return say('Nobody is told: see APP_WEBHOOKS.')
  say(printTable(['TARGET', 'LAST NAMED', 'EVENTS'], rows))
}

async function retry(eventIds: readonly string[], { dead }: { dead?: true }): Promise<void> {
  if (!dead && eventIds.length === 0) throw new OperatorError('Name events, or say --dead.')
  await withDatabase(async (db) => {
    const ids = dead ? null : await rowsOf(db, eventIds)
    say(`${await retryDeliveries(db.query, { ids }, systemClock.now())} delivery(s) wait again.`)
  })
}

async function replay(
  eventIds: readonly string[],
  { since, owner, type, target }: ReplayOptions,
): Promise<void> {
  if (eventIds.length === 0 && since === undefined) throw new OperatorError('Name events, or say --since.')
  await withDatabase(async (db) => {
    const named = (await listTargets(db.query)).map(({ name }) => name)
    if (target !== undefined && !named.includes(target))
      throw new OperatorError(`There is no target ${target}. There are: ${named.join(', ') || 'none'}.`)
    const ids = eventIds.length === 0 ? null : await rowsOf(db, eventIds)
    const selection = { ids, since, ownerId: owner, type, target }
    say(`${await replayAppEvents(db.query, selection, systemClock.now())} delivery(s) wait.`)
  })
}

async function rowsOf(db: Database, eventIds: readonly string[]): Promise<number[]> {
  const rows: number[] = []
  for (const eventId of eventIds) rows.push(await rowOf(db, eventId))
  return rows
}

/** An id of another database is as unknown as one that never was. */
async function rowOf(db: Database, eventId: string): Promise<number> {
  const id = outboxIdOf(eventId)
  const isOurs = id !== null && eventIdOf(id, (await readInstallation(db.query)).id) === eventId
  if (!isOurs || (await findAppEvent(db.query, id)) === null) throw unknown(eventId)
  return id
}

function unknown(id: string): OperatorError {
  return new OperatorError(`There is no event ${id}. \`billhook outbox list\` shows those that are there.`)
}
